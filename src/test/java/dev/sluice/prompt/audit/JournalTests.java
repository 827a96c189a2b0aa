package dev.sluice.prompt.audit;

import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.condition.EnabledOnOs;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.Locale;
import java.io.UncheckedIOException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.prompt.audit.AuditProperties.WhenFull;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class JournalTests {

	@TempDir
	private Path directory;

	private final List<Journal> opened = new ArrayList<>();

	private InstantSource clock = InstantSource.system();

	@AfterEach
	void close() throws IOException {
		for (Journal journal : this.opened) {
			journal.close();
		}
	}

	@Test
	void chainsRecordsInTheirOrder() throws Exception {
		Journal journal = open();
		Head beginning = journal.tip().head();

		journal.append(drafts(0, 3));

		List<ChainRecord> records = AuditFixtures.unconfirmed(journal);
		assertThat(records).extracting(AuditFixtures::id).containsExactly("0", "1", "2");
		assertChained(beginning, records);
		assertThat(journal.tip().head().hash()).isEqualTo(records.getLast().hash());
	}

	@Test
	void goesOnAfterARestart() throws Exception {
		Journal journal = open();
		Head beginning = journal.tip().head();
		journal.append(drafts(0, 30));
		Journal.Cursor shipped = journal.read(journal.shipped(), 10, 1 << 20).after();
		journal.confirm(shipped);
		journal.close();

		Journal reopened = open();
		reopened.append(drafts(30, 5));

		assertThat(reopened.shipped().head()).isEqualTo(shipped.head());
		assertThat(reopened.pending()).isEqualTo(25);
		List<ChainRecord> records = AuditFixtures.unconfirmed(reopened);
		assertThat(records).extracting(AuditFixtures::id).containsExactlyElementsOf(ids(10, 35));
		assertChained(shipped.head(), records);
		assertThat(reopened.tip().head().writer()).isEqualTo(beginning.writer());
	}

	/** A note of what was shipped may be lost; DynamoDB tells. */
	@Test
	void readsAllThatIsThereWithoutTheMark() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 5));
		journal.confirm(journal.read(journal.shipped(), 3, 1 << 20).after());
		journal.close();
		Files.write(this.directory.resolve("shipped"), new byte[64]);

		assertThat(AuditFixtures.unconfirmed(open())).hasSize(5);
	}

	@Test
	void spreadsOverSegmentsAndDeletesWhatIsShipped() throws Exception {
		Journal journal = open();
		for (int i = 0; i < 40; i++) {
			journal.append(drafts(i * 10, 10));
		}
		assertThat(segments()).hasSizeGreaterThan(3);
		assertThat(journal.bytes()).isEqualTo(sizes());
		assertThat(AuditFixtures.unconfirmed(journal)).extracting(AuditFixtures::id)
			.containsExactlyElementsOf(ids(0, 400));

		journal.confirm(journal.read(journal.shipped(), 400, 1 << 30).after());

		assertThat(segments()).hasSize(1);
		assertThat(journal.bytes()).isEqualTo(sizes());
		assertThat(journal.pending()).isZero();
		journal.close();
		assertThat(open().tip().head()).isEqualTo(journal.tip().head());
	}

	/** However much of the last record got to the disk. */
	@Test
	void cutsOffATornTail() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 2));
		long whole = sizes();
		journal.append(drafts(2, 1));
		journal.close();
		byte[] file = Files.readAllBytes(segments().getFirst());
		for (int length = file.length - 1; length >= whole; length -= 37) {
			Files.write(segments().getFirst(), Arrays.copyOf(file, length));

			try (Journal torn = open()) {
				assertThat(torn.tip().head().sequence()).isEqualTo(2);
				assertThat(sizes()).isEqualTo(whole);
				torn.append(drafts(7, 1));
				List<ChainRecord> records = AuditFixtures.unconfirmed(torn);
				assertThat(records).extracting(AuditFixtures::id).containsExactly("0", "1", "7");
			}
		}
	}

	@Test
	void takesNoRecordWhoseBytesChanged() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 2));
		journal.close();
		overwrite(segments().getFirst(), (int) sizes() - 5, (byte) '?');

		assertThat(AuditFixtures.unconfirmed(open())).extracting(AuditFixtures::id).containsExactly("0");
	}

	@Test
	void takesNoZerosForARecord() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 2));
		journal.close();
		Files.write(segments().getFirst(), new byte[4096], StandardOpenOption.APPEND);

		assertThat(AuditFixtures.unconfirmed(open())).hasSize(2);
	}

	/** An interrupt closes the file; so does a disk that is full, in effect. */
	@Test
	void goesOnInAnotherFileAfterAFailure() throws Exception {
		Journal journal = open();
		Head beginning = journal.tip().head();
		journal.append(drafts(0, 3));
		Thread.currentThread().interrupt();
		assertThatIOException().isThrownBy(() -> journal.append(drafts(3, 3)));
		assertThat(Thread.interrupted()).isTrue();

		journal.append(drafts(3, 3));

		assertThat(segments()).hasSize(2);
		for (Journal each : List.of(journal, reopen(journal))) {
			List<ChainRecord> records = AuditFixtures.unconfirmed(each);
			assertThat(records).extracting(AuditFixtures::id).containsExactlyElementsOf(ids(0, 6));
			assertChained(beginning, records);
		}
	}

	@Test
	void neverGoesBackInTime() throws Exception {
		this.clock = InstantSource.fixed(AuditFixtures.NOON);
		Journal journal = open();
		journal.append(drafts(0, 1));
		journal.close();
		this.clock = InstantSource.fixed(AuditFixtures.NOON.minusSeconds(60));

		Journal reopened = open();
		reopened.append(drafts(1, 1));

		assertThat(AuditFixtures.unconfirmed(reopened)).extracting((record) -> record.knownFields().recordedAt())
			.containsOnly(AuditFixtures.NOON);
	}

	@Test
	void refusesADirectoryThatIsInUse() throws Exception {
		open();

		assertThatIOException().isThrownBy(this::open).withMessageContaining("each process needs a directory");
	}

	@Test
	void refusesADirectoryThatIsNone() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> open(file));
	}

	@Test
	void beginsAnewWithWhatIsNotShipped() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 50));
		Journal.Cursor shipped = journal.read(journal.shipped(), 20, 1 << 20).after();
		journal.confirm(shipped);
		String former = journal.tip().head().writer();

		journal.beginAnew("a-reason");
		journal.append(drafts(50, 1));

		assertThat(journal.tip().head().writer()).isNotEqualTo(former);
		for (Journal each : List.of(journal, reopen(journal))) {
			List<ChainRecord> records = AuditFixtures.unconfirmed(each);
			assertThat(records.getFirst().json()).endsWith("""
					"type":"beginning","follows":{"writer":"%s","sequence":20,"hash":"%s"},"reason":"a-reason"}"""
				.formatted(former, shipped.head().hash()));
			assertThat(records.subList(1, records.size())).extracting(AuditFixtures::id)
				.containsExactlyElementsOf(ids(20, 51));
			assertChained(new Head(each.tip().head().writer(), 0, Hashes.NONE), records);
		}
		assertThat(segments()).hasSize(1);
	}

	/** Verification looks for the writers that began before the end of its range. */
	@Test
	void beginsAnewNoLaterThanItsFirstRecord() throws Exception {
		this.clock = InstantSource.fixed(AuditFixtures.NOON);
		Journal journal = open();
		journal.append(drafts(0, 2));
		journal.close();
		this.clock = InstantSource.fixed(AuditFixtures.NOON.plusSeconds(3600));
		Journal later = open();

		later.beginAnew("a-reason");

		assertThat(later.tip().head().writer()).startsWith(Head.time(AuditFixtures.NOON));
		assertThat(AuditFixtures.unconfirmed(later)).extracting((record) -> record.knownFields().recordedAt())
			.containsOnly(AuditFixtures.NOON);
	}

	/** Before the new file has its name nothing counts, after it nothing else. */
	@Test
	void beginsAnewWhollyOrNotAtAll() throws Exception {
		Journal journal = open();
		journal.append(drafts(0, 3));
		journal.close();
		Path old = segments().getFirst();
		byte[] before = Files.readAllBytes(old);
		Files.copy(old, this.directory.resolve("0000000000000002.unfinished"));

		Journal unfinished = open();
		assertThat(AuditFixtures.unconfirmed(unfinished)).hasSize(3);
		unfinished.beginAnew("a-reason");
		unfinished.close();
		Files.write(old, before);

		assertThat(AuditFixtures.unconfirmed(open())).hasSize(4);
		assertThat(old).doesNotExist();
	}

	@Test
	void saysWhatADamagedSegmentHasLost() throws Exception {
		Journal journal = open();
		for (int i = 0; i < 20; i++) {
			journal.append(drafts(i * 10, 10));
		}
		overwrite(segments().get(1), Segment.HEADER + 20, (byte) '?');
		journal.confirm(journal.read(journal.shipped(), 5, 1 << 20).after());
		List<ChainRecord> readable = new ArrayList<>();
		Journal.Cursor at = journal.shipped();
		for (Journal.Batch next = journal.read(at, 1000, 1 << 30); readable.isEmpty(); at = next.after()) {
			next.frames().forEach((frame) -> readable.add(frame.record()));
		}
		Journal.Cursor stuck = at;
		assertThatExceptionOfType(Journal.DamagedException.class).isThrownBy(() -> journal.read(stuck, 1000, 1 << 30));

		journal.beginAnew("journal-damaged");

		List<ChainRecord> records = AuditFixtures.unconfirmed(journal);
		int lost = 195 - (records.size() - 2);
		assertThat(lost).isPositive();
		assertThat(records.getLast().json()).contains("\"type\":\"gap\",\"dropped\":" + lost);
		assertThat(records.get(readable.size())).extracting(AuditFixtures::id)
			.isEqualTo(AuditFixtures.id(readable.getLast()));
	}

	@Test
	void readsOnWhileSegmentsAreAdded() throws Exception {
		Journal journal = open();
		int batches = 4000;
		CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
			try {
				for (int i = 0; i < batches; i++) {
					journal.append(drafts(i * 10, 10));
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});

		while (journal.shipped().head().sequence() < batches * 10) {
			assertThat(writing.isCompletedExceptionally()).isFalse();
			journal.confirm(journal.read(journal.shipped(), 1000, 1 << 20).after());
		}

		writing.join();
		assertThat(segments()).hasSize(1);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void leavesNoFileOpenWhereTheDiskIsFull() throws Exception {
		Path full = Files.createSymbolicLink(this.directory.resolve("%016d.segment".formatted(1)),
				Path.of("/dev/full"));
		Head head = Head.begin(Instant.EPOCH);

		for (int i = 0; i < 20; i++) {
			assertThatIOException()
				.isThrownBy(() -> Segment.create(this.directory, 1, head, Instant.EPOCH, Segment.SUFFIX));
		}

		try (Stream<Path> opened = Files.list(Path.of("/proc/self/fd"))) {
			assertThat(opened.filter((path) -> isSameFile(path, full))).isEmpty();
		}
	}

	@Test
	void isReadByItsOwnerAlone() throws Exception {
		Path made = this.directory.resolve("made/here");
		assumeTrue(Files.getFileStore(this.directory).supportsFileAttributeView("posix"));

		open(made);

		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");
	}

	/** Keys and files are the same wherever a process runs. */
	@Test
	void writesTheSameDigitsEverywhere() {
		Locale locale = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
		try {
			assertThat(AuditTable.sortKey(7)).isEqualTo("0000000000000000007");
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	/** An attacker of the disk can write checksums, but no seal. */
	@Test
	void sealsWithAKey() throws Exception {
		AuditProperties keyed = AuditFixtures.properties(this.directory, WhenFull.REFUSE, AuditFixtures.KEY);
		Seal seal = new Seal(keyed);
		try (Journal journal = Journal.open(this.directory, keyed, seal, this.clock)) {
			journal.append(drafts(0, 1));

			ChainRecord record = AuditFixtures.unconfirmed(journal).getFirst();
			assertThat(record.json()).contains("\"seal\":\"" + seal.name() + "\"");
			assertThat(record.hash()).isEqualTo(Hashes.hex(seal.hash(ChainRecord.bytes(record.json()))))
				.isNotEqualTo(Hashes.hex(Hashes.sha256().digest(ChainRecord.bytes(record.json()))));
			assertThat(keyed.toString()).doesNotContain("secret");
			assertThat(new Seal(AuditFixtures.properties(this.directory)).hash(seal.name(), new byte[0])).isNull();
		}
	}

	private static void assertChained(Head beginning, List<ChainRecord> records) {
		Head head = beginning;
		Instant time = Instant.EPOCH;
		for (ChainRecord record : records) {
			ChainRecord.Fields fields = record.knownFields();
			assertThat(fields.writer()).isEqualTo(head.writer());
			assertThat(fields.sequence()).isEqualTo(head.sequence() + 1);
			assertThat(fields.previous()).isEqualTo(head.hash());
			assertThat(fields.recordedAt()).isAfterOrEqualTo(time);
			assertThat(record.hash()).isEqualTo(Hashes.hex(Hashes.sha256().digest(ChainRecord.bytes(record.json()))));
			head = new Head(head.writer(), fields.sequence(), record.hash());
			time = fields.recordedAt();
		}
	}

	private static boolean isSameFile(Path one, Path other) {
		try {
			return Files.isSameFile(one, other);
		}
		catch (IOException _) {
			// It was closed meanwhile.
			return false;
		}
	}

	private Journal open() throws IOException {
		return open(this.directory);
	}

	private Journal open(Path path) throws IOException {
		AuditProperties properties = AuditFixtures.properties(path);
		Journal journal = Journal.open(path, properties, new Seal(properties), this.clock);
		this.opened.add(journal);
		return journal;
	}

	private Journal reopen(Journal journal) throws IOException {
		journal.close();
		return open();
	}

	private static List<Draft> drafts(int from, int count) {
		return IntStream.range(from, from + count).mapToObj((i) -> AuditFixtures.draft("" + i)).toList();
	}

	private static List<String> ids(int from, int to) {
		return IntStream.range(from, to).mapToObj(Integer::toString).toList();
	}

	private List<Path> segments() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((path) -> path.toString().endsWith(Segment.SUFFIX)).sorted().toList();
		}
	}

	private long sizes() throws IOException {
		long size = 0;
		for (Path segment : segments()) {
			size += Files.size(segment);
		}
		return size;
	}

	private static void overwrite(Path file, int at, byte value) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.write(ByteBuffer.wrap(new byte[] { value }), at);
		}
	}

}
