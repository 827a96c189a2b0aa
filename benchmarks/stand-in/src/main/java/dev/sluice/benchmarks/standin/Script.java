package dev.sluice.benchmarks.standin;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the stand-in says and how fast, encoded once. Every event is a chunk of its own,
 * as Bedrock sends them.
 *
 * @param firstDelay milliseconds before the answer or its first delta
 * @param interval milliseconds between deltas; 0 sends the whole stream at once
 */
record Script(int deltas, int firstDelay, int interval, ByteBuffer converse, ByteBuffer stream,
		List<ByteBuffer> steps) {

	static Script of(int deltas, int firstDelay, int interval) {
		if (deltas < 1 || deltas > 1000 || firstDelay < 0 || firstDelay > 60_000 || interval < 0 || interval > 60_000) {
			throw new IllegalArgumentException("deltas 1..1000, first and interval 0..60000 ms");
		}
		List<byte[]> steps = steps(deltas);
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		steps.forEach(whole::writeBytes);
		return new Script(deltas, firstDelay, interval, direct(json(converseBody(deltas))), direct(whole.toByteArray()),
				steps.stream().map(Script::direct).toList());
	}

	boolean paced() {
		return this.interval > 0 || this.firstDelay > 0;
	}

	/** The stream's head goes out with the first delta, its end with the last one. */
	private static List<byte[]> steps(int deltas) {
		List<byte[]> steps = new ArrayList<>();
		for (int i = 0; i < deltas; i++) {
			ByteArrayOutputStream step = new ByteArrayOutputStream();
			if (i == 0) {
				step.writeBytes(ascii("""
						HTTP/1.1 200 OK\r
						Content-Type: application/vnd.amazon.eventstream\r
						x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r
						Transfer-Encoding: chunked\r
						\r
						"""));
				step.writeBytes(chunk("messageStart", "{\"p\":\"abcdefgh\",\"role\":\"assistant\"}"));
			}
			step.writeBytes(chunk("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\""
					+ Answer.token(i) + "\"},\"p\":\"abcdefghijkl\"}"));
			if (i == deltas - 1) {
				step.writeBytes(chunk("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abcd\"}"));
				step.writeBytes(chunk("messageStop", "{\"p\":\"abcdefghijkl\",\"stopReason\":\"end_turn\"}"));
				step.writeBytes(chunk("metadata",
						"{\"metrics\":{\"latencyMs\":522},\"p\":\"abcd\",\"usage\":" + usage(deltas) + "}"));
				step.writeBytes(ascii("0\r\n\r\n"));
			}
			steps.add(step.toByteArray());
		}
		return steps;
	}

	private static String converseBody(int tokens) {
		return "{\"metrics\":{\"latencyMs\":522},\"output\":{\"message\":{\"content\":[{\"text\":\""
				+ Answer.text(tokens) + "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":"
				+ usage(tokens) + "}";
	}

	private static String usage(int tokens) {
		return "{\"inputTokens\":13,\"outputTokens\":%d,\"serverToolUsage\":{},\"totalTokens\":%d}".formatted(tokens,
				tokens + 13);
	}

	static byte[] json(String body) {
		return ascii("""
				HTTP/1.1 200 OK\r
				Content-Type: application/json\r
				x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r
				Content-Length: %d\r
				\r
				%s""".formatted(body.length(), body));
	}

	private static byte[] chunk(String eventType, String json) {
		byte[] frame = EventFrame.encode(eventType, json);
		ByteArrayOutputStream chunk = new ByteArrayOutputStream();
		chunk.writeBytes(ascii(Integer.toHexString(frame.length) + "\r\n"));
		chunk.writeBytes(frame);
		chunk.writeBytes(ascii("\r\n"));
		return chunk.toByteArray();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	static ByteBuffer direct(byte[] bytes) {
		return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
	}

}
