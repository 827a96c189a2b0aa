package dev.sluice.model.bedrock;

import java.io.StringWriter;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What the readers and the writer of Converse bodies share. Each {@code JsonParser} given
 * stands at the value to read, and stands at its last token afterwards.
 */
final class ConverseJson {

	/** Closing the body of a response would wait for the rest of it. */
	static final JsonFactory FACTORY = JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

	private ConverseJson() {
	}

	static JsonParser parser(byte[] bytes, int offset, int length) {
		return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
	}

	/** The first name in an object, or nothing if the value is no object. */
	static @Nullable String firstName(JsonParser json) {
		if (json.currentToken() == JsonToken.START_OBJECT) {
			return json.nextName();
		}
		json.skipChildren();
		return null;
	}

	/** Whether an array goes on, with its next element to read. */
	static boolean nextElement(JsonParser json) {
		return json.nextToken() != JsonToken.END_ARRAY;
	}

	/** A text, or nothing if the value is not a text. */
	static @Nullable String text(JsonParser json) {
		if (json.currentToken() == JsonToken.VALUE_STRING) {
			return json.getString();
		}
		json.skipChildren();
		return null;
	}

	/** The value as it is, whatever it is. */
	static String raw(JsonParser json) {
		StringWriter copy = new StringWriter();
		try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), copy)) {
			out.copyCurrentStructureExact(json);
		}
		return copy.toString();
	}

	/** The first text of that name, at whatever depth. */
	static @Nullable String member(String raw, String name) {
		try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), raw)) {
			for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
				if (token == JsonToken.VALUE_STRING && name.equals(json.currentName())) {
					return json.getString();
				}
			}
			return null;
		}
	}

	static boolean isJson(String text) {
		try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
			if (json.nextToken() == null) {
				return false;
			}
			json.skipChildren();
			return json.nextToken() == null;
		}
		catch (JacksonException _) {
			return false;
		}
	}

	static @Nullable Usage usage(JsonParser json) {
		if (json.currentToken() != JsonToken.START_OBJECT) {
			json.skipChildren();
			return null;
		}
		long input = 0;
		long output = 0;
		long cacheRead = 0;
		long cacheWrite = 0;
		for (String name = json.nextName(); name != null; name = json.nextName()) {
			json.nextToken();
			switch (name) {
				case "inputTokens" -> input = json.getLongValue();
				case "outputTokens" -> output = json.getLongValue();
				case "cacheReadInputTokens" -> cacheRead = json.getLongValue();
				case "cacheWriteInputTokens" -> cacheWrite = json.getLongValue();
				default -> json.skipChildren();
			}
		}
		return new Usage(input, output, cacheRead, cacheWrite, false);
	}

	static FinishReason finishReason(String stopReason) {
		return switch (stopReason) {
			case "end_turn" -> FinishReason.END_TURN;
			case "max_tokens" -> FinishReason.MAX_TOKENS;
			case "guardrail_intervened" -> FinishReason.GUARDRAIL;
			case "malformed_model_output", "malformed_tool_use" -> FinishReason.MALFORMED_OUTPUT;
			case "model_context_window_exceeded" -> FinishReason.CONTEXT_WINDOW_EXCEEDED;
			default -> new FinishReason(stopReason);
		};
	}

	/** A member that the API promises. */
	static <T> T required(@Nullable T member, String name) {
		if (member == null) {
			throw new ModelException(Reason.BROKEN, "The answer has no " + name);
		}
		return member;
	}

}
