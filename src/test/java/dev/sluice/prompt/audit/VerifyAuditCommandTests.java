package dev.sluice.prompt.audit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.TestStore;
import dev.sluice.testing.LocalDynamo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class VerifyAuditCommandTests {

	@TempDir
	private Path directory;

	private final DynamoStore store = TestStore.create();

	private final AuditTable table = new AuditTable(this.store);

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	@Test
	void isMeantByItsName() {
		assertThat(VerifyAuditCommand.isMeant("verify-audit", "--from=2026-11-01")).isTrue();
		assertThat(VerifyAuditCommand.isMeant("--verify-audit")).isFalse();
		assertThat(VerifyAuditCommand.isMeant()).isFalse();
	}

	@Test
	void tellsThatAllIsIntactAndWhatIsNot() {
		AuditTrail trail = new AuditTrail(AuditFixtures.properties(this.directory), this.table,
				new SimpleMeterRegistry(), () -> AuditFixtures.NOON);
		trail.start();
		for (int i = 0; i < 3; i++) {
			trail.record(AuditFixtures.generation("gen_" + i));
		}
		trail.stop();

		assertThat(run("--from=2026-11-22", "--to=2026-11-22")).as(this.err.toString()).isZero();
		assertThat(this.out).hasToString("intact, records: 3" + System.lineSeparator());
		assertThat(run("--from=2026-11-23", "--to=2026-11-24")).isZero();
		assertThat(this.out).hasToString("intact, records: 0" + System.lineSeparator());

		String writer = this.table.writers(AuditFixtures.NOON).getFirst();
		this.store.call((client) -> client.deleteItem((delete) -> delete.tableName(this.store.table("Audit"))
			.key(Item.of("CHAIN#" + writer, AuditTable.sortKey(2)).attributes())));

		assertThat(run("--to=2026-11-30")).isEqualTo(1);
		assertThat(this.out).hasToString("broken, records: 1" + System.lineSeparator()
				+ "first broken link: missing, record aud_" + writer + "_2" + System.lineSeparator());
		assertThat(this.err.toString()).isEmpty();
	}

	@Test
	void tellsWhatItCouldNotFindOut() {
		assertThat(run("--from=yesterday")).isEqualTo(2);
		assertThat(this.err.toString()).startsWith("--from must be a date or a time such as 2026-11-22");

		assertThat(run("--form=2026-11-22")).isEqualTo(2);
		assertThat(this.err.toString()).startsWith("--form is not known");

		assertThat(run("--sluice.store.timeout=0s")).isEqualTo(2);
		assertThat(this.err.toString()).contains("sluice.store");

		LocalDynamo.setDown(true);
		try {
			assertThat(run()).isEqualTo(2);
		}
		finally {
			LocalDynamo.setDown(false);
		}
		assertThat(this.err.toString()).contains("cannot be read", "DynamoDB is down");
		assertThat(this.out.toString()).isEmpty();
	}

	private int run(String... options) {
		this.out.reset();
		this.err.reset();
		String prefix = this.store.table("Audit").replace("audit", "");
		String[] arguments = Stream
			.concat(Stream.of("verify-audit", "--sluice.store.table-prefix=" + prefix), Stream.of(options))
			.toArray(String[]::new);
		return VerifyAuditCommand.run(stream(this.out), stream(this.err), new LocalDynamo(), arguments);
	}

	private static PrintStream stream(ByteArrayOutputStream bytes) {
		return new PrintStream(bytes, true, StandardCharsets.UTF_8);
	}

}
