package dev.sluice.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.json.JsonMapper;

/** Bodies and event-stream frames as Bedrock sends them. */
public final class FakeFrames {

	private static final JsonMapper JSON = new JsonMapper();

	private FakeFrames() {
	}

	public static byte[] event(String type, String json) {
		return frame(headers(":event-type", type, ":content-type", "application/json", ":message-type", "event"),
				json.getBytes(StandardCharsets.UTF_8));
	}

	public static byte[] exception(String type, String message) {
		return frame(
				headers(":exception-type", type, ":content-type", "application/json", ":message-type", "exception"),
				message(message));
	}

	/** A fault that no model knows, told in headers alone. */
	public static byte[] error(String code, String message) {
		return frame(headers(":error-code", code, ":error-message", message, ":message-type", "error"), new byte[0]);
	}

	public static byte[] frame(Map<String, HeaderValue> headers, byte[] payload) {
		ByteBuffer frame = new Message(headers, payload).toByteBuffer();
		byte[] bytes = new byte[frame.remaining()];
		frame.get(bytes);
		return bytes;
	}

	public static Map<String, HeaderValue> headers(String... namesAndValues) {
		Map<String, HeaderValue> headers = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			headers.put(namesAndValues[i], HeaderValue.fromString(namesAndValues[i + 1]));
		}
		return headers;
	}

	/** The body of an answer to Converse with one text block. */
	public static String reply(String text, String stopReason, int inputTokens, int outputTokens) {
		return "{\"metrics\":{\"latencyMs\":624},\"output\":{\"message\":{\"content\":[{\"text\":"
				+ JSON.writeValueAsString(text) + "}],\"role\":\"assistant\"}},\"stopReason\":\"" + stopReason
				+ "\",\"usage\":" + usage(inputTokens, outputTokens) + "}";
	}

	static String usage(int inputTokens, int outputTokens) {
		return "{\"inputTokens\":" + inputTokens + ",\"outputTokens\":" + outputTokens
				+ ",\"serverToolUsage\":{},\"totalTokens\":" + (inputTokens + outputTokens) + "}";
	}

	static byte[] message(String message) {
		return ("{\"message\":" + JSON.writeValueAsString(message) + "}").getBytes(StandardCharsets.UTF_8);
	}

}
