package dev.sluice.model.bedrock;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelReply;
import dev.sluice.model.message.ContentPart;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a transport made of an answer. JSON is compared by what it says, not by its bytes.
 */
record Outcome(List<ModelEvent> events, @Nullable ModelReply reply, @Nullable Reason reason) {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	Outcome {
		events = events.stream().map(Outcome::normal).toList();
		reply = (reply != null) ? new ModelReply(reply.content().stream().map(Outcome::normal).toList(),
				reply.finishReason(), reply.usage(), reply.guardrail()) : null;
	}

	private static ModelEvent normal(ModelEvent event) {
		return (event instanceof ModelEvent.Part(ContentPart part)) ? new ModelEvent.Part(normal(part)) : event;
	}

	private static ContentPart normal(ContentPart part) {
		return switch (part) {
			case ContentPart.Citation(String json) -> new ContentPart.Citation(normal(json));
			case ContentPart.Other(String kind, String json) -> new ContentPart.Other(kind, normal(json));
			case ContentPart.ToolUse(String id, String name, String input) ->
				new ContentPart.ToolUse(id, name, normal(input));
			default -> part;
		};
	}

	private static String normal(String json) {
		try {
			return JSON.writeValueAsString(sorted(JSON.readValue(json, Object.class)));
		}
		catch (JacksonException _) {
			return json;
		}
	}

	private static @Nullable Object sorted(@Nullable Object value) {
		return switch (value) {
			case Map<?, ?> members -> {
				Map<Object, @Nullable Object> sorted = new TreeMap<>();
				members.forEach((name, member) -> sorted.put(name, sorted(member)));
				yield sorted;
			}
			case List<?> elements -> elements.stream().map(Outcome::sorted).toList();
			case null, default -> value;
		};
	}

}
