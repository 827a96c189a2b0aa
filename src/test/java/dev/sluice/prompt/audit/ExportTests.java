package dev.sluice.prompt.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.sluice.prompt.audit.AuditProperties.WhenFull;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The example that verifies an export without Sluice. */
class ExportTests {

	@TempDir
	private Path directory;

	private final DynamoStore store = TestStore.create();

	private final AuditTable table = new AuditTable(this.store);

	@BeforeAll
	static void needsPython() {
		boolean there = false;
		try {
			there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
		}
		catch (IOException | InterruptedException _) {
			// There is none.
		}
		assumeTrue(there, "no python3 on this machine");
	}

	@Test
	void theExampleVerifiesAnExport() throws Exception {
		write(null, 3);
		write(AuditFixtures.KEY, 2);

		assertThat(verify()).isEqualTo("0 intact, records: 5\n");

		String writer = this.table.writers(AuditFixtures.NOON).getFirst();
		Item third = this.table.record(writer, 3);
		put(Item.of(new HashMap<>(third.attributes()))
			.with("record", third.text("record").replace("\"fast\"", "\"smart\"")));

		assertThat(verify()).isEqualTo("1 broken after 2 records: aud_" + writer + "_3 was altered\n");

		this.store.call((client) -> client.deleteItem((delete) -> delete.tableName(this.store.table("Audit"))
			.key(Item.of("CHAIN#" + writer, AuditTable.sortKey(2)).attributes())));

		assertThat(verify()).isEqualTo("1 broken after 1 records: aud_" + writer + "_2 is missing\n");
	}

	private void write(String key, int count) {
		AuditTrail trail = new AuditTrail(
				AuditFixtures.properties(this.directory.resolve("journal"), WhenFull.REFUSE, key), this.table,
				new SimpleMeterRegistry(), InstantSource.fixed(AuditFixtures.NOON));
		trail.start();
		for (int i = 0; i < count; i++) {
			trail.record(AuditFixtures.generation("gen_" + i, "Z\u00fcrich \ud83d\ude00", null,
					AuditFixtures.texts("a", "b", Duration.ofDays(100_000))));
		}
		trail.stop();
	}

	private void put(Item item) {
		this.store.call(
				(client) -> client.putItem((put) -> put.tableName(this.store.table("Audit")).item(item.attributes())));
	}

	private String verify() throws Exception {
		List<String> lines = new ArrayList<>();
		this.store.call((client) -> client.scan((scan) -> scan.tableName(this.store.table("Audit"))))
			.items()
			.forEach((item) -> lines.add(export(item)));
		Path file = Files.write(this.directory.resolve("export.json"), lines);
		ProcessBuilder python = new ProcessBuilder("python3", "examples/audit/verify.py", file.toString())
			.redirectErrorStream(true);
		python.environment().put("AUDIT_KEYS", AuditFixtures.KEY);
		python.environment().put("PYTHONUTF8", "1");
		Process process = python.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		return process.exitValue() + " " + output;
	}

	/** As DynamoDB writes an item into an export. */
	private static String export(Map<String, AttributeValue> item) {
		Map<String, Object> attributes = new TreeMap<>();
		item.forEach((name, value) -> attributes.put(name, switch (value.type()) {
			case S -> Map.of("S", value.s());
			case N -> Map.of("N", value.n());
			case B -> Map.of("B", value.b().asByteArray());
			default -> throw new IllegalStateException(value.toString());
		}));
		return new JsonMapper().writeValueAsString(Map.of("Item", attributes));
	}

}
