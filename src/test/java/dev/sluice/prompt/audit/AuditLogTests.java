package dev.sluice.prompt.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Twelve records, one per ten hours from noon on, by two tenants in turn. */
class AuditLogTests {

	private static final TimeRange ALL = hours(0, 1000);

	@TempDir
	private Path directory;

	private final AuditTable table = new AuditTable(TestStore.create());

	private final AuditLog log = new AuditLog(this.table);

	@BeforeEach
	void write() {
		for (int i = 0; i < 12; i++) {
			Instant now = AuditFixtures.NOON.plus(Duration.ofHours(10 * i));
			AuditTrail trail = new AuditTrail(AuditFixtures.properties(this.directory), this.table,
					new SimpleMeterRegistry(), () -> now);
			trail.start();
			String tenant = (i % 2 == 0) ? "a" : "b";
			trail.record(
					(i % 4 == 0)
							? new AuditEntry.Changed(new Caller(tenant, "me"), "template", "t" + i, "created", i, now,
									new byte[32], null)
							: AuditFixtures.generation("gen_" + i, tenant, "t" + i % 3, null));
			trail.stop();
		}
	}

	@Test
	void findsTheNewestFirstAndOnlyOfTheTenant() {
		assertThat(find("a", ALL, null, null, 50)).containsExactly("gen_10", "t8", "gen_6", "t4", "gen_2", "t0");
		assertThat(find("b", ALL, null, null, 50)).containsExactly("gen_11", "gen_9", "gen_7", "gen_5", "gen_3",
				"gen_1");
		assertThat(find("c", ALL, null, null, 50)).isEmpty();
		assertThat(find("a#2026-11-22", ALL, null, null, 50)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7 })
	void goesOnWhereAPageEnds(int limit) {
		assertThat(find("b", ALL, null, null, limit)).containsExactly("gen_11", "gen_9", "gen_7", "gen_5", "gen_3",
				"gen_1");
		assertThat(find("b", ALL, "t1", null, limit)).containsExactly("gen_7", "gen_1");
	}

	@Test
	void findsByTime() {
		assertThat(find("a", hours(20, 60), null, null, 50)).containsExactly("t4", "gen_2");
		assertThat(find("a", hours(21, 61), null, null, 50)).containsExactly("gen_6", "t4");
		assertThat(find("a", hours(121, 122), null, null, 50)).isEmpty();
	}

	@Test
	void findsByTemplateAndModel() {
		assertThat(find("a", ALL, "t4", null, 50)).containsExactly("t4");
		assertThat(find("a", ALL, "t2", null, 50)).containsExactly("gen_2");
		assertThat(find("b", ALL, null, "fast", 50)).hasSize(6);
		assertThat(find("b", ALL, null, "vendor.model-1:0", 50)).hasSize(6);
		assertThat(find("b", ALL, null, "smart", 50)).isEmpty();
		assertThat(find("b", ALL, "t0", "fast", 50)).containsExactly("gen_9", "gen_3");
		assertThat(find("a", ALL, "t4", "fast", 50)).isEmpty();
	}

	@Test
	void readsWhatItFoundById() {
		String found = this.log.find(new AuditLog.Query("a", ALL, "t2", null, 50, null)).items().getFirst();
		String id = new JsonMapper().readTree(found).path("id").stringValue();

		assertThat(this.log.find("a", id)).contains(found);
		assertThat(found).startsWith("{\"id\":\"" + id + "\",\"writer\":\"").contains("\"hash\":\"");
		for (String other : List.of("", "aud_", id + "0", id.substring(0, id.length() - 1), id.toUpperCase(),
				id.replace("aud_", "gen_"), "aud_" + "x".repeat(20) + "_99999999999999999999", id + "/",
				id.replace("_3", "_-3"))) {
			assertThat(this.log.find("a", other)).as(other).isEmpty();
		}
		assertThat(this.log.find("b", id)).isEmpty();
	}

	@Test
	void refusesWhatMakesNoSense() {
		assertInvalid("limit", () -> find("a", ALL, null, null, 0));
		assertInvalid("limit", () -> find("a", ALL, null, null, 201));
		assertInvalid("from", () -> find("a", hours(0, 24 * 367), null, null, 1));
		assertInvalid("from", () -> hours(1, 1));
		for (String after : List.of("", "?", "x", encode("x"), encode("2026-11-22"), encode("2020-11-22T12:00:00Z"),
				encode("2030-01-01T00:00:00.000000Z"), encode("2026-11-22T12:00:00.000000Z#" + "x".repeat(100)))) {
			assertInvalid("after", () -> this.log.find(new AuditLog.Query("a", ALL, null, null, 1, after)));
		}
		for (String time : List.of("", "yesterday", "2026-13-01", "2026-11-22T25:00:00Z", "2026-11-22T10:00:00",
				"1969-01-01", "+10000-01-01", "99999999999-01-01")) {
			assertInvalid("to", () -> TimeRange.to("to", time, Instant.EPOCH));
		}
	}

	@Test
	void readsDatesAsWholeDays() {
		assertThat(TimeRange.from("from", "2026-11-22", Instant.MIN)).isEqualTo("2026-11-22T00:00:00Z");
		assertThat(TimeRange.to("to", "2026-11-22", Instant.MIN)).isEqualTo("2026-11-23T00:00:00Z");
		assertThat(TimeRange.to("to", "2026-11-22T10:00:00+01:00", Instant.MIN)).isEqualTo("2026-11-22T09:00:00Z");
		assertThat(TimeRange.to("to", null, Instant.MIN)).isEqualTo(Instant.MIN);
	}

	/** All pages, by what their records are about. */
	private List<String> find(String tenant, TimeRange range, @Nullable String template, @Nullable String model,
			int limit) {
		List<String> found = new ArrayList<>();
		String after = null;
		do {
			AuditLog.Page page = this.log.find(new AuditLog.Query(tenant, range, template, model, limit, after));
			assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
			for (String item : page.items()) {
				JsonNode json = new JsonMapper().readTree(item);
				found.add(json.has("generationId") ? json.path("generationId").stringValue()
						: json.path("name").stringValue());
			}
			after = page.next();
		}
		while (after != null);
		return found;
	}

	private static void assertInvalid(String field, Runnable call) {
		assertThatExceptionOfType(PromptException.class).isThrownBy(call::run).satisfies((ex) -> {
			assertThat(ex.reason()).isEqualTo(PromptException.Reason.INVALID);
			assertThat(ex.field()).isEqualTo(field);
		});
	}

	private static String encode(String position) {
		return Base64.getUrlEncoder().encodeToString(position.getBytes());
	}

	private static TimeRange hours(int from, int to) {
		return new TimeRange(AuditFixtures.NOON.plus(Duration.ofHours(from)),
				AuditFixtures.NOON.plus(Duration.ofHours(to)));
	}

}
