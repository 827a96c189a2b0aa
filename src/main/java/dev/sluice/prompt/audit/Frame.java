package dev.sluice.prompt.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * A record in a segment: the length of what follows the checksum, the checksum, the hash,
 * the length of the record, the record, and the compressed texts if there are any.
 *
 * @param size bytes that it takes in the segment
 */
record Frame(ChainRecord record, byte @Nullable [] texts, int size) {

	private static final int PREFIX = 8;

	private static final int HASH = 32;

	private static final int LONGEST = 256 * 1024 * 1024;

	static ByteBuffer encode(ChainRecord record, byte @Nullable [] texts) {
		byte[] json = ChainRecord.bytes(record.json());
		int length = HASH + 4 + json.length + ((texts != null) ? texts.length : 0);
		ByteBuffer frame = ByteBuffer.allocate(PREFIX + length);
		frame.position(PREFIX).put(HexFormat.of().parseHex(record.hash())).putInt(json.length).put(json);
		if (texts != null) {
			frame.put(texts);
		}
		frame.flip();
		CRC32C crc = new CRC32C();
		crc.update(frame.slice(PREFIX, length));
		return frame.putInt(0, length).putInt(4, (int) crc.getValue());
	}

	/** Reads the frame at an offset, {@code null} if there is no whole one. */
	static @Nullable Frame read(FileChannel file, long offset) throws IOException {
		ByteBuffer prefix = fill(file, offset, PREFIX);
		if (prefix == null) {
			return null;
		}
		int length = prefix.getInt();
		if (length < HASH + 4 || length > LONGEST || offset + PREFIX + length > file.size()) {
			return null;
		}
		ByteBuffer payload = fill(file, offset + PREFIX, length);
		if (payload == null) {
			return null;
		}
		CRC32C crc = new CRC32C();
		crc.update(payload.duplicate());
		if ((int) crc.getValue() != prefix.getInt()) {
			return null;
		}
		return decode(payload);
	}

	private static @Nullable Frame decode(ByteBuffer payload) {
		int size = PREFIX + payload.remaining();
		byte[] hash = new byte[HASH];
		payload.get(hash);
		int length = payload.getInt();
		if (length < 0 || length > payload.remaining()) {
			return null;
		}
		String json = new String(payload.array(), payload.position(), length, StandardCharsets.UTF_8);
		payload.position(payload.position() + length);
		byte[] texts = null;
		if (payload.hasRemaining()) {
			texts = new byte[payload.remaining()];
			payload.get(texts);
		}
		return new Frame(new ChainRecord(json, Hashes.hex(hash)), texts, size);
	}

	static @Nullable ByteBuffer fill(FileChannel file, long offset, int length) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(length);
		while (bytes.hasRemaining()) {
			if (file.read(bytes, offset + bytes.position()) < 0) {
				return null;
			}
		}
		return bytes.flip();
	}

}
