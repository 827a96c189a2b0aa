package dev.sluice.prompt.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * A note of what DynamoDB has. It may be old or lost, for DynamoDB knows itself; it
 * spares reading what is done.
 */
final class ShippedMark implements Closeable {

	private static final int SIZE = Head.WRITER_LENGTH + 8 + 32 + 4;

	private final FileChannel file;

	private ShippedMark(FileChannel file) {
		this.file = file;
	}

	static ShippedMark open(Path directory) throws IOException {
		return new ShippedMark(FileChannel.open(directory.resolve("shipped"), StandardOpenOption.CREATE,
				StandardOpenOption.READ, StandardOpenOption.WRITE));
	}

	@Nullable Head read() throws IOException {
		ByteBuffer bytes = Frame.fill(this.file, 0, SIZE);
		if (bytes == null || bytes.getInt(SIZE - 4) != checksum(bytes)) {
			return null;
		}
		String writer = new String(bytes.array(), 0, Head.WRITER_LENGTH, StandardCharsets.US_ASCII);
		return new Head(writer, bytes.getLong(Head.WRITER_LENGTH),
				HexFormat.of().formatHex(bytes.array(), Head.WRITER_LENGTH + 8, SIZE - 4));
	}

	void write(Head head) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(SIZE)
			.put(head.writer().getBytes(StandardCharsets.US_ASCII))
			.putLong(head.sequence())
			.put(HexFormat.of().parseHex(head.hash()));
		bytes.putInt(checksum(bytes)).flip();
		while (bytes.hasRemaining()) {
			this.file.write(bytes, bytes.position());
		}
	}

	private static int checksum(ByteBuffer bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes.array(), 0, SIZE - 4);
		return (int) crc.getValue();
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

}
