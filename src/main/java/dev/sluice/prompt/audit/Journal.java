package dev.sluice.prompt.audit;

import java.nio.file.attribute.PosixFilePermissions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain of one writer on the disk, as far as DynamoDB does not have it. One thread
 * appends, another reads, confirms and, where DynamoDB has something else, begins a new
 * chain.
 *
 * <p>
 * The files are segments, numbered in their order. The newest is never deleted, so the
 * chain goes on after a restart. A segment of another writer than the one before it
 * replaces all that are before it.
 */
final class Journal implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	private static final long LARGEST_SEGMENT = 16 * 1024 * 1024;

	private static final String UNFINISHED = ".unfinished";

	private final Path directory;

	private final FileChannel lock;

	private final Seal seal;

	private final boolean sync;

	private final InstantSource clock;

	private final long maxBytes;

	private final long segmentSize;

	private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

	private final AtomicLong bytes = new AtomicLong();

	private final ReentrantLock writing = new ReentrantLock();

	private final ShippedMark mark;

	private volatile Tip tip;

	private volatile Cursor cursor;

	/** A place between two records. */
	record Cursor(Segment segment, long offset, Head head) {
	}

	/** Records in their order, and the place after them. */
	record Batch(List<Frame> frames, Cursor after) {
	}

	private Journal(Path directory, FileChannel lock, AuditProperties properties, Seal seal, InstantSource clock)
			throws IOException {
		this.directory = directory;
		this.lock = lock;
		this.seal = seal;
		this.sync = properties.sync();
		this.clock = clock;
		this.maxBytes = properties.maxBytes().toBytes();
		this.segmentSize = Math.min(LARGEST_SEGMENT, this.maxBytes / 16);
		this.tip = recover();
		this.bytes.set(this.segments.values().stream().mapToLong(Segment::end).sum());
		this.mark = ShippedMark.open(directory);
		this.cursor = find(this.mark.read());
	}

	/**
	 * Opens the journal of a directory.
	 * @throws IOException if it cannot be written to or another process uses it
	 */
	static Journal open(Path directory, AuditProperties properties, Seal seal, InstantSource clock) throws IOException {
		create(directory);
		FileChannel lock = lock(directory);
		try {
			return new Journal(directory, lock, properties, seal, clock);
		}
		catch (IOException | RuntimeException ex) {
			lock.close();
			throw ex;
		}
	}

	/** What was said may be there, which is nobody else's business. */
	private static void create(Path directory) throws IOException {
		if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			Files.createDirectories(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		else {
			Files.createDirectories(directory);
		}
	}

	private static FileChannel lock(Path directory) throws IOException {
		FileChannel channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		FileLock lock = null;
		try {
			lock = channel.tryLock();
		}
		catch (OverlappingFileLockException _) {
			// It is this very process.
		}
		finally {
			if (lock == null) {
				channel.close();
			}
		}
		if (lock == null) {
			throw new IOException("it is in use: each process needs a directory of its own");
		}
		return channel;
	}

	private Tip recover() throws IOException {
		for (Path path : list()) {
			if (path.toString().endsWith(UNFINISHED)) {
				Files.delete(path);
				continue;
			}
			Segment segment = Segment.open(path);
			if (segment != null) {
				this.segments.put(segment.number(), segment);
			}
			else {
				logger.error("{} of the audit journal cannot be read and is put aside", path);
				Files.move(path, path.resolveSibling(path.getFileName() + ".damaged"),
						StandardCopyOption.REPLACE_EXISTING);
			}
		}
		if (this.segments.isEmpty()) {
			Instant now = this.clock.instant();
			Tip begun = new Tip(Head.begin(now), ChainRecord.now(now, Instant.EPOCH));
			add(begun);
			return begun;
		}
		dropReplaced();
		Segment later = null;
		for (Segment segment : this.segments.descendingMap().values()) {
			if (later != null) {
				segment.endsWith(later.start().sequence());
			}
			later = segment;
		}
		return newest().resume();
	}

	private List<Path> list() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files
				.filter((path) -> path.toString().endsWith(Segment.SUFFIX) || path.toString().endsWith(UNFINISHED))
				.sorted()
				.toList();
		}
	}

	private void dropReplaced() throws IOException {
		String writer = newest().start().writer();
		for (Segment segment : this.segments.values()) {
			if (!segment.start().writer().equals(writer)) {
				segment.delete();
				this.segments.remove(segment.number());
			}
		}
	}

	/**
	 * The place after a record of this chain, which needs no record before it to be
	 * readable but those of its segment; the first place if there is no such record.
	 */
	Cursor find(@Nullable Head shipped) throws IOException {
		Segment first = this.segments.firstEntry().getValue();
		Cursor cursor = new Cursor(first, Segment.HEADER, first.start());
		if (shipped == null || !shipped.writer().equals(first.start().writer())
				|| shipped.sequence() > this.tip.head().sequence()) {
			return cursor;
		}
		for (Segment segment : this.segments.values()) {
			if (segment.start().sequence() <= shipped.sequence()) {
				cursor = new Cursor(segment, Segment.HEADER, segment.start());
			}
		}
		try (FileChannel file = cursor.segment().reader()) {
			while (cursor.head().sequence() < shipped.sequence()) {
				Frame frame = Frame.read(file, cursor.offset());
				if (frame == null) {
					break;
				}
				cursor = after(cursor, frame);
			}
		}
		return cursor.head().equals(shipped) ? cursor : new Cursor(first, Segment.HEADER, first.start());
	}

	private static Cursor after(Cursor cursor, Frame frame) {
		Head head = cursor.head();
		return new Cursor(cursor.segment(), cursor.offset() + frame.size(),
				new Head(head.writer(), head.sequence() + 1, frame.record().hash()));
	}

	/** Adds records to the chain; they are on the disk when this returns. */
	void append(List<Draft> drafts) throws IOException {
		this.writing.lock();
		try {
			Tip tip = this.tip;
			List<ByteBuffer> frames = new ArrayList<>(drafts.size());
			for (Draft draft : drafts) {
				Instant now = ChainRecord.now(this.clock.instant(), tip.recordedAt());
				ChainRecord record = ChainRecord.after(tip.head(), this.seal, now, draft.body());
				frames.add(Frame.encode(record, draft.texts()));
				tip = tip.at(record.hash(), now);
			}
			Segment segment = writable();
			long before = segment.end();
			try {
				segment.append(frames, frames.size(), this.sync);
			}
			catch (IOException ex) {
				// What a failed force leaves on the disk is unknown: all goes to another
				// file.
				segment.abandon();
				throw ex;
			}
			this.bytes.addAndGet(segment.end() - before);
			this.tip = tip;
		}
		finally {
			this.writing.unlock();
		}
	}

	private Segment writable() throws IOException {
		Segment newest = newest();
		if (newest.isWritable() && newest.end() < this.segmentSize) {
			return newest;
		}
		Segment added = add(this.tip);
		newest.close();
		return added;
	}

	private Segment add(Tip tip) throws IOException {
		long number = this.segments.isEmpty() ? 1 : this.segments.lastKey() + 1;
		Segment segment = Segment.create(this.directory, number, tip.head(), tip.recordedAt(), Segment.SUFFIX);
		forceDirectory();
		this.segments.put(number, segment);
		this.bytes.addAndGet(segment.end());
		return segment;
	}

	private Segment newest() {
		return this.segments.lastEntry().getValue();
	}

	/** A file is there for good only when its directory is on the disk as well. */
	private void forceDirectory() {
		if (this.sync) {
			try (FileChannel channel = FileChannel.open(this.directory, StandardOpenOption.READ)) {
				channel.force(true);
			}
			catch (IOException ex) {
				logger.debug("This system does not force directories", ex);
			}
		}
	}

	/**
	 * Reads what follows a place; nothing at the end of the chain.
	 * @throws DamagedException if the next record is not there any more
	 */
	Batch read(Cursor from, int most, long mostBytes) throws IOException {
		Cursor at = from;
		List<Frame> frames = new ArrayList<>();
		long size = 0;
		while (frames.size() < most && size < mostBytes) {
			// What has a successor is not written to any more, so that its end is final.
			Segment next = after(at.segment());
			if (at.head().sequence() >= at.segment().last()) {
				if (next == null) {
					break;
				}
				if (next.start().sequence() > at.head().sequence()) {
					return whole(frames, at);
				}
				at = new Cursor(next, Segment.HEADER, at.head());
			}
			else {
				try (FileChannel file = at.segment().reader()) {
					while (frames.size() < most && size < mostBytes && at.head().sequence() < at.segment().last()) {
						Frame frame = Frame.read(file, at.offset());
						if (frame == null) {
							return whole(frames, at);
						}
						frames.add(frame);
						size += frame.size();
						at = after(at, frame);
					}
				}
			}
		}
		return new Batch(frames, at);
	}

	private Batch whole(List<Frame> frames, Cursor at) throws DamagedException {
		if (frames.isEmpty()) {
			throw new DamagedException(at.segment().path());
		}
		return new Batch(frames, at);
	}

	private @Nullable Segment after(Segment segment) {
		Map.Entry<Long, Segment> next = this.segments.higherEntry(segment.number());
		return (next != null) ? next.getValue() : null;
	}

	/** DynamoDB has all before this place. */
	void confirm(Cursor shipped) throws IOException {
		this.cursor = shipped;
		this.mark.write(shipped.head());
		for (Segment segment : this.segments.headMap(shipped.segment().number()).values()) {
			remove(segment);
		}
	}

	private void remove(Segment segment) throws IOException {
		segment.delete();
		if (this.segments.remove(segment.number()) != null) {
			this.bytes.addAndGet(-segment.end());
		}
	}

	/**
	 * Chains all that is not confirmed under a new writer, after a record that says which
	 * chain that goes on from. A crash leaves either the old files or the new one.
	 */
	void beginAnew(String reason) throws IOException {
		this.writing.lock();
		try {
			Cursor from = this.cursor;
			Instant now = this.clock.instant();
			Head head = Head.begin(earliest(from, now));
			long number = this.segments.lastKey() + 1;
			Segment segment = Segment.create(this.directory, number, head, Instant.EPOCH, UNFINISHED);
			Tip tip;
			try (segment) {
				Rechaining rechaining = new Rechaining(segment, this.seal, new Tip(head, Instant.EPOCH));
				rechaining.begin(from.head(), reason, ChainRecord.now(now, Instant.EPOCH));
				tip = rechain(from, rechaining);
			}
			Path path = Segment.path(this.directory, number, Segment.SUFFIX);
			Files.move(segment.path(), path, StandardCopyOption.ATOMIC_MOVE);
			forceDirectory();
			Segment added = Segment.open(path);
			if (added == null) {
				throw new IOException("A segment of the audit journal cannot be read back");
			}
			this.tip = added.resume();
			this.segments.put(number, added);
			this.bytes.addAndGet(added.end());
			this.cursor = new Cursor(added, Segment.HEADER, head);
			for (Segment old : this.segments.headMap(number).values()) {
				remove(old);
			}
			logger.error("The audit trail goes on as writer {} after record {} of writer {}: {}", tip.head().writer(),
					from.head().sequence(), from.head().writer(), reason);
		}
		finally {
			this.writing.unlock();
		}
	}

	/** A writer is found by when it began, which is no later than its first record. */
	private Instant earliest(Cursor from, Instant now) throws IOException {
		try {
			Instant first = read(from, 1, 1).frames()
				.stream()
				.map((frame) -> frame.record().fields())
				.filter(Objects::nonNull)
				.map(ChainRecord.Fields::recordedAt)
				.findFirst()
				.orElse(now);
			return first.isBefore(now) ? first : now;
		}
		catch (DamagedException _) {
			return now;
		}
	}

	private Tip rechain(Cursor from, Rechaining rechaining) throws IOException {
		long sequence = from.head().sequence();
		long lost = 0;
		for (Segment segment = from.segment(); segment != null; segment = after(segment)) {
			lost += Math.max(0, segment.start().sequence() - sequence);
			sequence = Math.max(sequence, segment.start().sequence());
			long offset = (segment == from.segment()) ? from.offset() : Segment.HEADER;
			try (FileChannel file = segment.reader()) {
				while (sequence < segment.last()) {
					Frame frame = Frame.read(file, offset);
					if (frame == null) {
						lost += segment.last() - sequence;
						sequence = segment.last();
					}
					else {
						rechaining.add(frame);
						offset += frame.size();
						sequence++;
					}
				}
			}
		}
		return rechaining.end(lost);
	}

	/** Where the chain stands. */
	Tip tip() {
		return this.tip;
	}

	/** The place after what DynamoDB is known to have. */
	Cursor shipped() {
		return this.cursor;
	}

	/** How many records DynamoDB does not have. */
	long pending() {
		return Math.max(0, this.tip.head().sequence() - this.cursor.head().sequence());
	}

	/** Whether it takes all that it may. */
	boolean isFull() {
		return bytes() >= this.maxBytes;
	}

	/** What the journal takes on the disk. */
	long bytes() {
		return this.bytes.get();
	}

	@Override
	public void close() throws IOException {
		this.writing.lock();
		try (this.lock; this.mark) {
			newest().close();
		}
		finally {
			this.writing.unlock();
		}
	}

	/** Records that were on the disk are not there any more. */
	static final class DamagedException extends IOException {

		DamagedException(Path path) {
			super(path + " of the audit journal is damaged");
		}

	}

}
