package dev.sluice.benchmarks.standin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** One frame of {@code application/vnd.amazon.eventstream}. */
public final class EventFrame {

	private static final byte STRING = 7;

	private EventFrame() {
	}

	public static byte[] encode(String eventType, String json) {
		byte[] headers = headers(eventType);
		byte[] payload = json.getBytes(StandardCharsets.UTF_8);
		ByteBuffer frame = ByteBuffer.allocate(16 + headers.length + payload.length);
		frame.putInt(frame.capacity()).putInt(headers.length);
		frame.putInt(crc(frame.array(), 8));
		frame.put(headers).put(payload);
		frame.putInt(crc(frame.array(), frame.position()));
		return frame.array();
	}

	public static int crc(byte[] bytes, int length) {
		CRC32 crc = new CRC32();
		crc.update(bytes, 0, length);
		return (int) crc.getValue();
	}

	private static byte[] headers(String eventType) {
		ByteBuffer headers = ByteBuffer.allocate(128);
		header(headers, ":event-type", eventType);
		header(headers, ":content-type", "application/json");
		header(headers, ":message-type", "event");
		byte[] bytes = new byte[headers.position()];
		headers.flip().get(bytes);
		return bytes;
	}

	private static void header(ByteBuffer headers, String name, String value) {
		headers.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
		headers.put(STRING).putShort((short) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
	}

}
