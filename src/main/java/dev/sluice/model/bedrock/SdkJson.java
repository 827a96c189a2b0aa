package dev.sluice.model.bedrock;

import java.io.StringWriter;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import dev.sluice.model.message.ContentPart;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON that an object of the SDK was read from, but for the members that the SDK does
 * not know.
 */
final class SdkJson {

	private static final JsonFactory JSON = new JsonFactory();

	private SdkJson() {
	}

	static String of(SdkPojo object) {
		return text(object);
	}

	/** The block with its only member, whatever kind it is of. */
	static ContentPart other(SdkPojo union) {
		for (SdkField<?> field : union.sdkFields()) {
			Object member = value(field, union);
			if (member != null) {
				return new ContentPart.Other(field.locationName(), text(member));
			}
		}
		throw new IllegalArgumentException("A union without a member");
	}

	static String base64(SdkBytes bytes) {
		return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
	}

	private static String text(Object value) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JSON.createGenerator(text)) {
			write(value, json);
		}
		return text.toString();
	}

	private static void write(@Nullable Object value, JsonGenerator json) {
		switch (value) {
			case null -> json.writeNull();
			case SdkPojo object -> writeMembers(object, json);
			case Document document -> SdkDocuments.write(document, json);
			case SdkBytes bytes -> json.writeString(base64(bytes));
			case Boolean bool -> json.writeBoolean(bool);
			case Number number -> json.writeNumber(number.toString());
			case List<?> elements -> {
				json.writeStartArray();
				elements.forEach((element) -> write(element, json));
				json.writeEndArray();
			}
			case Map<?, ?> members -> {
				json.writeStartObject();
				members.forEach((name, member) -> {
					json.writeName(name.toString());
					write(member, json);
				});
				json.writeEndObject();
			}
			default -> json.writeString(value.toString());
		}
	}

	private static void writeMembers(SdkPojo object, JsonGenerator json) {
		json.writeStartObject();
		for (SdkField<?> field : object.sdkFields()) {
			Object value = value(field, object);
			if (value != null) {
				json.writeName(field.locationName());
				write(value, json);
			}
		}
		json.writeEndObject();
	}

	/** The SDK puts empty lists and maps where there was nothing. */
	private static @Nullable Object value(SdkField<?> field, SdkPojo object) {
		Object value = field.getValueOrDefault(object);
		return (value instanceof SdkAutoConstructList<?> || value instanceof SdkAutoConstructMap<?, ?>) ? null : value;
	}

}
