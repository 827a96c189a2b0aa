package dev.sluice.prompt.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.sluice.prompt.audit.AuditProperties.WhenFull;
import dev.sluice.prompt.audit.Verdict.Broken;
import dev.sluice.prompt.audit.Verdict.Reason;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.TestStore;
import dev.sluice.testing.LocalDynamo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** A chain of ten records, one per minute from noon on, and what is done to it. */
class AuditVerifierTests {

	private static final TimeRange ALWAYS = new TimeRange(Instant.EPOCH, AuditFixtures.NOON.plusSeconds(86400));

	private static final Duration LONG = Duration.ofMinutes(1);

	@TempDir
	private Path directory;

	private final DynamoStore store = TestStore.create();

	private final AuditTable table = new AuditTable(this.store);

	private String writer = "";

	static Stream<Arguments> tamperings() {
		return Stream.of(
				tampering("a field is changed", 4, Reason.ALTERED,
						(chain) -> chain.change(4, "record", (json) -> json.replace("\"fast\"", "\"smart\""))),
				tampering("a field is changed and the hash made anew", 5, Reason.UNLINKED,
						(chain) -> chain.rewrite(4, (json) -> json.replace("\"fast\"", "\"smart\""))),
				tampering("the first is changed and the hash made anew", 2, Reason.UNLINKED,
						(chain) -> chain.rewrite(1, (json) -> json.replace("\"fast\"", "\"smart\""))),
				tampering("the last is changed and the hash made anew", 10, Reason.ALTERED,
						(chain) -> chain.rewrite(10, (json) -> json.replace("\"fast\"", "\"smart\""))),
				tampering("a hash is changed", 4, Reason.ALTERED,
						(chain) -> chain.change(4, "hash", (hash) -> Hashes.NONE)),
				tampering("a record is no JSON any more", 4, Reason.ALTERED,
						(chain) -> chain.change(4, "record", (json) -> "{")),
				tampering("a record is hidden from queries", 4, Reason.ALTERED,
						(chain) -> chain.change(4, "tenantDay", (day) -> "nobody#2026-11-22")),
				tampering("a record is found under another template", 4, Reason.ALTERED,
						(chain) -> chain.change(4, "template", (name) -> "other")),
				tampering("a record is about to expire", 4, Reason.ALTERED,
						(chain) -> chain.put(Item.of(new HashMap<>(chain.get(4))).with("ttl", 1))),
				tampering("the first is deleted", 1, Reason.MISSING, (chain) -> chain.delete(1)),
				tampering("one in the middle is deleted", 5, Reason.MISSING, (chain) -> chain.delete(5)),
				tampering("the last is deleted", 10, Reason.CUT_OFF, (chain) -> chain.delete(10)),
				tampering("the last three are deleted", 8, Reason.CUT_OFF, (chain) -> {
					chain.delete(8);
					chain.delete(9);
					chain.delete(10);
				}), tampering("all are deleted", 1, Reason.CUT_OFF, (chain) -> {
					for (int i = 1; i <= 10; i++) {
						chain.delete(i);
					}
				}),
				tampering("the end of the chain is deleted", 11, Reason.CUT_OFF,
						(chain) -> chain.delete("HEAD#" + chain.writer, "HEAD")),
				tampering("the end of the chain is unreadable", 11, Reason.CUT_OFF,
						(chain) -> chain.put(Item.of("HEAD#" + chain.writer, "HEAD").with("sequence", "ten"))),
				tampering("two are swapped", 4, Reason.OUT_OF_ORDER, (chain) -> {
					Map<String, AttributeValue> fourth = chain.get(4);
					chain.put(chain.moved(chain.get(7), 4));
					chain.put(chain.moved(fourth, 7));
				}),
				tampering("one is repeated at the end", 11, Reason.INSERTED,
						(chain) -> chain.put(chain.moved(chain.get(10), 11))),
				tampering("one is added at the end", 11, Reason.INSERTED, (chain) -> {
					ChainRecord tenth = chain.record(10);
					chain.put(AuditTable.toItem(chain.following(tenth), chain.following(tenth).knownFields()));
				}), tampering("one is inserted between two", 5, Reason.INSERTED, (chain) -> {
					Map<String, AttributeValue> copy = new HashMap<>(chain.get(4));
					copy.put("sk", AttributeValue.fromS(AuditTable.sortKey(4) + "x"));
					chain.put(Item.of(copy));
				}), tampering("one is inserted before the first", 1, Reason.INSERTED,
						(chain) -> chain.put(chain.moved(chain.get(4), 0))));
	}

	private static Arguments tampering(String name, long sequence, Reason reason,
			Consumer<AuditVerifierTests> tampering) {
		return Arguments.argumentSet(name, sequence, reason, tampering);
	}

	@ParameterizedTest
	@MethodSource("tamperings")
	void namesTheFirstBrokenLinkWhen(long sequence, Reason reason, Consumer<AuditVerifierTests> tampering) {
		write(null, 1, 10);

		tampering.accept(this);

		assertThat(verify(ALWAYS, null).broken()).isEqualTo(new Broken(this.writer, sequence, reason));
		assertThat(verify(ALWAYS, null).records()).isEqualTo(sequence - 1);
	}

	/** Whoever lacks the key can write a chain anew, but not sealed with it. */
	@Test
	void aKeyIsNeededToMakeAChainUp() {
		write(AuditFixtures.KEY, 1, 10);
		assertThat(verify(ALWAYS, AuditFixtures.KEY)).isEqualTo(new Verdict(10, 0, 0, null));
		rewrite(4, (json) -> json.replace("\"fast\"", "\"smart\""));

		assertThat(verify(ALWAYS, AuditFixtures.KEY).broken()).isEqualTo(new Broken(this.writer, 4, Reason.ALTERED));
		assertThat(verify(ALWAYS, null).broken()).isEqualTo(new Broken(this.writer, 1, Reason.UNKNOWN_KEY));
	}

	@Test
	void tellsWhatNoKeyProtectsAndTakesFormerKeys() {
		write(null, 1, 3);
		write(AuditFixtures.KEY, 4, 5);
		String newer = "another secret of more than 32 characters";
		write(newer, 6, 7);

		assertThat(verify(ALWAYS, newer, AuditFixtures.KEY)).isEqualTo(new Verdict(7, 0, 3, null));
		assertThat(verify(ALWAYS, newer).broken()).isEqualTo(new Broken(this.writer, 4, Reason.UNKNOWN_KEY));
	}

	@Test
	void verifiesARangeAndItsLinkToWhatIsBefore() {
		write(null, 1, 10);

		assertThat(verify(minutes(4, 7), null).records()).isEqualTo(3);
		assertThat(verify(minutes(4, 8), null).records()).isEqualTo(4);
		assertThat(verify(minutes(0, 2), null).records()).isEqualTo(1);
		assertThat(verify(minutes(11, 20), null)).isEqualTo(new Verdict(0, 0, 0, null));
		assertThat(verify(minutes(-5, -3), null)).isEqualTo(new Verdict(0, 0, 0, null));

		rewrite(3, (json) -> json.replace("\"fast\"", "\"smart\""));

		assertThat(verify(minutes(4, 7), null).broken()).isEqualTo(new Broken(this.writer, 4, Reason.UNLINKED));
		assertThat(verify(minutes(5, 7), null)).isEqualTo(new Verdict(2, 0, 0, null));
	}

	@Test
	void findsTheBoundsOfEveryRange() {
		write(null, 1, 10);

		for (int from = 0; from <= 11; from++) {
			for (int to = from + 1; to <= 12; to++) {
				long inside = Math.max(0, Math.min(to, 11) - Math.max(from, 1));
				assertThat(verify(minutes(from, to), null)).isEqualTo(new Verdict(inside, 0, 0, null));
			}
		}
	}

	/** Longer than a page of DynamoDB's and of ours. */
	@Test
	void verifiesLongChainsOfSeveralWriters() {
		AuditTrail trail = new AuditTrail(AuditFixtures.properties(this.directory), this.table,
				new SimpleMeterRegistry());
		AuditTrail other = new AuditTrail(AuditFixtures.properties(this.directory.resolve("other")), this.table,
				new SimpleMeterRegistry());
		long shipped = 0;
		for (AuditTrail each : List.of(trail, other)) {
			each.start();
			shipped += 700;
			long expected = shipped;
			for (int i = 0; i < 700; i++) {
				each.record(AuditFixtures.generation("gen_" + i));
			}
			await().atMost(LONG)
				.until(() -> this.table.heads(this.table.writers(Instant.now()))
					.values()
					.stream()
					.mapToLong((head) -> head.head().sequence())
					.sum() == expected);
			each.stop();
		}
		TimeRange range = new TimeRange(Instant.EPOCH, Instant.now().plusSeconds(60));

		assertThat(verify(range, null)).isEqualTo(new Verdict(1400, 0, 0, null));
		this.writer = this.table.writers(range.to()).getLast();
		delete(600);
		assertThat(verify(range, null))
			.isEqualTo(new Verdict(1299, 0, 0, new Broken(this.writer, 600, Reason.MISSING)));
	}

	@Test
	void givesUpInTime() {
		write(null, 1, 1);

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> new AuditVerifier(this.table, properties(null)).verify(ALWAYS, Duration.ZERO))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(PromptException.Reason.INVALID));
	}

	@Test
	void saysThatDynamoIsAway() {
		LocalDynamo.setDown(true);
		try {
			assertThatExceptionOfType(PromptException.class).isThrownBy(() -> verify(ALWAYS, null))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(PromptException.Reason.STORE_UNAVAILABLE));
		}
		finally {
			LocalDynamo.setDown(false);
		}
	}

	private long shipped() {
		return this.table.heads(this.table.writers(Instant.now()))
			.values()
			.stream()
			.mapToLong((head) -> head.head().sequence())
			.sum();
	}

	private static TimeRange minutes(int from, int to) {
		return new TimeRange(AuditFixtures.NOON.plus(Duration.ofMinutes(from)),
				AuditFixtures.NOON.plus(Duration.ofMinutes(to)));
	}

	private AuditProperties properties(@Nullable String key, String... former) {
		return new AuditProperties(true, this.directory.toString(), DataSize.ofMegabytes(1), WhenFull.REFUSE, false,
				(key != null) ? new SealingKey(key) : null, Stream.of(former).map(SealingKey::new).toList());
	}

	private Verdict verify(TimeRange range, @Nullable String key, String... former) {
		return new AuditVerifier(this.table, properties(key, former)).verify(range, LONG);
	}

	/** Goes on with the chain, with one record per minute. */
	private void write(@Nullable String key, int from, int to) {
		for (int i = from; i <= to; i++) {
			AuditTrail trail = new AuditTrail(properties(key), this.table, new SimpleMeterRegistry(),
					InstantSource.fixed(AuditFixtures.NOON.plus(Duration.ofMinutes(i))));
			trail.start();
			trail.record(AuditFixtures.generation("gen_" + i, "default", "support.answer", null));
			trail.stop();
		}
		this.writer = this.table.writers(ALWAYS.to()).getFirst();
	}

	private Map<String, AttributeValue> get(long sequence) {
		return this.table.record(this.writer, sequence).attributes();
	}

	private ChainRecord record(long sequence) {
		Item item = Item.of(get(sequence));
		return new ChainRecord(item.text("record"), item.text("hash"));
	}

	private void put(Item item) {
		this.store.call(
				(client) -> client.putItem((put) -> put.tableName(this.store.table("Audit")).item(item.attributes())));
	}

	private Item moved(Map<String, AttributeValue> item, long sequence) {
		Map<String, AttributeValue> moved = new HashMap<>(item);
		moved.put("sk", AttributeValue.fromS(AuditTable.sortKey(sequence)));
		return Item.of(moved);
	}

	private ChainRecord following(ChainRecord before) {
		Head head = new Head(this.writer, before.knownFields().sequence(), before.hash());
		return ChainRecord.after(head, new Seal(properties(null)), before.knownFields().recordedAt(), before.body());
	}

	private void change(long sequence, String attribute, UnaryOperator<String> change) {
		Item item = Item.of(new HashMap<>(get(sequence)));
		put(item.with(attribute, change.apply(item.text(attribute))));
	}

	/** As somebody without the key can. */
	private void rewrite(long sequence, UnaryOperator<String> change) {
		String json = change.apply(record(sequence).json());
		assertThat(json).isNotEqualTo(record(sequence).json());
		ChainRecord forged = new ChainRecord(json, Hashes.hex(Hashes.sha256().digest(ChainRecord.bytes(json))));
		put(AuditTable.toItem(forged, forged.knownFields()));
	}

	private void delete(long sequence) {
		delete("CHAIN#" + this.writer, AuditTable.sortKey(sequence));
	}

	private void delete(String pk, String sk) {
		this.store.call((client) -> client
			.deleteItem((delete) -> delete.tableName(this.store.table("Audit")).key(Item.of(pk, sk).attributes())));
	}

}
