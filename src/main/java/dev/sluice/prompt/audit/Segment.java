package dev.sluice.prompt.audit;

import java.util.Locale;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the journal: where the chain stood before it, and frames.
 */
final class Segment implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(Segment.class);

	static final String SUFFIX = ".segment";

	private static final byte[] MAGIC = "SLUICEA1".getBytes(StandardCharsets.US_ASCII);

	/** Magic, writer, sequence, hash, time in microseconds, checksum. */
	static final int HEADER = 8 + Head.WRITER_LENGTH + 8 + 32 + 8 + 4;

	private final long number;

	private final Path path;

	private final Head start;

	private final Instant startedAfter;

	private volatile long end;

	private volatile long last;

	/** Only the segment that is written to has one. */
	private @Nullable FileChannel channel;

	private Segment(long number, Path path, Head start, Instant startedAfter) {
		this.number = number;
		this.path = path;
		this.start = start;
		this.startedAfter = startedAfter;
		this.end = HEADER;
		this.last = start.sequence();
	}

	/** A new segment, whose header is on the disk. */
	static Segment create(Path directory, long number, Head start, Instant startedAfter, String suffix)
			throws IOException {
		Path path = path(directory, number, suffix);
		Segment segment = new Segment(number, path, start, startedAfter);
		FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
				StandardOpenOption.READ, StandardOpenOption.WRITE);
		try {
			segment.writeHeader(channel);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
		segment.channel = channel;
		return segment;
	}

	static Path path(Path directory, long number, String suffix) {
		return directory.resolve(String.format(Locale.ROOT, "%016d%s", number, suffix));
	}

	private void writeHeader(FileChannel file) throws IOException {
		ByteBuffer header = ByteBuffer.allocate(HEADER)
			.put(MAGIC)
			.put(this.start.writer().getBytes(StandardCharsets.US_ASCII))
			.putLong(this.start.sequence())
			.put(HexFormat.of().parseHex(this.start.hash()))
			.putLong(micros(this.startedAfter));
		header.putInt(checksum(header.duplicate().flip())).flip();
		while (header.hasRemaining()) {
			file.write(header);
		}
		file.force(true);
	}

	/** A segment that is there, {@code null} if its header was never written. */
	static @Nullable Segment open(Path path) throws IOException {
		String name = path.getFileName().toString();
		long number = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
		try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
			ByteBuffer header = Frame.fill(file, 0, HEADER);
			if (header == null || header.getInt(HEADER - 4) != checksum(header.slice(0, HEADER - 4))) {
				return null;
			}
			byte[] bytes = header.array();
			String writer = new String(bytes, 8, Head.WRITER_LENGTH, StandardCharsets.US_ASCII);
			int at = 8 + Head.WRITER_LENGTH;
			Head start = new Head(writer, header.getLong(at), HexFormat.of().formatHex(bytes, at + 8, at + 40));
			Segment segment = new Segment(number, path, start, ofMicros(header.getLong(at + 40)));
			segment.end = file.size();
			return segment;
		}
	}

	long number() {
		return this.number;
	}

	Head start() {
		return this.start;
	}

	Instant startedAfter() {
		return this.startedAfter;
	}

	Path path() {
		return this.path;
	}

	/** How many bytes can be read. */
	long end() {
		return this.end;
	}

	/** The number of the last record that can be read. */
	long last() {
		return this.last;
	}

	FileChannel reader() throws IOException {
		return FileChannel.open(this.path, StandardOpenOption.READ);
	}

	/**
	 * Says which record the last one is, for a segment that is not written to any more.
	 */
	void endsWith(long sequence) {
		this.last = sequence;
	}

	/** Cuts off what is not whole, and goes on writing after it. */
	Tip resume() throws IOException {
		FileChannel file = FileChannel.open(this.path, StandardOpenOption.READ, StandardOpenOption.WRITE);
		this.channel = file;
		Tip tip = new Tip(this.start, this.startedAfter);
		long offset = HEADER;
		for (Frame frame = Frame.read(file, offset); frame != null; frame = Frame.read(file, offset)) {
			ChainRecord.Fields fields = frame.record().fields();
			if (fields == null || fields.sequence() != tip.head().sequence() + 1) {
				break;
			}
			tip = tip.at(frame.record().hash(), fields.recordedAt());
			offset += frame.size();
		}
		if (offset < file.size()) {
			logger.warn("{} bytes at the end of {} are no whole record and are cut off", file.size() - offset,
					this.path);
			file.truncate(offset);
			file.force(true);
		}
		file.position(offset);
		this.end = offset;
		this.last = tip.head().sequence();
		return tip;
	}

	/** Appends frames; they can be read from now on. */
	void append(List<ByteBuffer> frames, int records, boolean sync) throws IOException {
		FileChannel file = this.channel;
		if (file == null) {
			throw new IOException("The segment is closed");
		}
		ByteBuffer[] buffers = frames.toArray(ByteBuffer[]::new);
		long length = 0;
		for (ByteBuffer buffer : buffers) {
			length += buffer.remaining();
		}
		for (long written = 0; written < length;) {
			written += file.write(buffers);
		}
		if (sync) {
			file.force(false);
		}
		this.end += length;
		this.last += records;
	}

	/** Removes what was written but did not get through. */
	void abandon() {
		try (FileChannel file = this.channel) {
			if (file != null) {
				file.truncate(this.end);
			}
		}
		catch (IOException _) {
			// What is left there is no whole frame, or one that is written again.
		}
		this.channel = null;
	}

	boolean isWritable() {
		return this.channel != null;
	}

	void delete() throws IOException {
		close();
		Files.deleteIfExists(this.path);
	}

	@Override
	public void close() throws IOException {
		FileChannel file = this.channel;
		this.channel = null;
		if (file != null) {
			file.close();
		}
	}

	private static int checksum(ByteBuffer bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes);
		return (int) crc.getValue();
	}

	private static long micros(Instant instant) {
		return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000), instant.getNano() / 1000);
	}

	private static Instant ofMicros(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
	}

}
