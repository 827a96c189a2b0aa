package dev.sluice.orchestration.conversation;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sluice.model.message.ContentPart;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** How the parts of messages are stored. */
public final class ContentJson {

	private static final TypeReference<List<ContentPart>> PARTS = new TypeReference<>() {
	};

	private static final JsonMapper mapper = JsonMapper.builder()
		.addModule(module())
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
	@JsonSubTypes({ @JsonSubTypes.Type(name = "text", value = ContentPart.Text.class),
			@JsonSubTypes.Type(name = "image", value = ContentPart.Image.class),
			@JsonSubTypes.Type(name = "document", value = ContentPart.Document.class),
			@JsonSubTypes.Type(name = "reasoning", value = ContentPart.Reasoning.class),
			@JsonSubTypes.Type(name = "redactedReasoning", value = ContentPart.RedactedReasoning.class),
			@JsonSubTypes.Type(name = "toolUse", value = ContentPart.ToolUse.class),
			@JsonSubTypes.Type(name = "citation", value = ContentPart.Citation.class),
			@JsonSubTypes.Type(name = "other", value = ContentPart.Other.class) })
	private interface Typed {

	}

	private ContentJson() {
	}

	/** Teaches a mapper of something larger how parts are stored. */
	public static JacksonModule module() {
		return new SimpleModule("content").setMixInAnnotation(ContentPart.class, Typed.class);
	}

	public static byte[] write(List<ContentPart> parts) {
		return mapper.writerFor(PARTS).writeValueAsBytes(parts);
	}

	/**
	 * Reads what was written.
	 * @throws tools.jackson.core.JacksonException if it was not
	 */
	public static List<ContentPart> read(byte[] json) {
		return mapper.readValue(json, PARTS);
	}

}
