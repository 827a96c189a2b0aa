package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.message.Finding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What guardrails find and what they cost; all tags are bounded. */
final class GuardrailMeters {

	/**
	 * From an engine of our own, which takes far below a millisecond, to a call of
	 * Bedrock.
	 */
	private static final Duration[] BUCKETS = { Duration.ofNanos(100_000), Duration.ofNanos(300_000),
			Duration.ofMillis(1), Duration.ofMillis(3), Duration.ofMillis(10), Duration.ofMillis(30),
			Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofMillis(1000), Duration.ofMillis(3000) };

	private record Found(Finding finding, String policy) {
	}

	private record Failed(String engine, boolean open) {
	}

	private final MeterRegistry registry;

	private final Map<Found, Counter> found = new ConcurrentHashMap<>();

	private final Map<Failed, Counter> failed = new ConcurrentHashMap<>();

	private final Map<Stage, Timer> durations = new ConcurrentHashMap<>();

	GuardrailMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/** Counts a finding; types that a policy made up are one. */
	void found(Finding finding, String policy) {
		Finding counted = Kinds.isKnown(finding.type()) ? finding
				: new Finding("OTHER", finding.stage(), finding.action());
		this.found
			.computeIfAbsent(new Found(counted, policy),
					(key) -> Counter.builder("sluice.guardrail.findings")
						.description("What guardrails found")
						.tags("type", counted.type(), "stage", word(counted.stage()), "action", word(counted.action()),
								"policy", policy)
						.register(this.registry))
			.increment();
	}

	/** Counts an engine that failed, and whether texts passed unseen. */
	void failed(String engine, boolean open) {
		this.failed
			.computeIfAbsent(new Failed(engine, open),
					(key) -> Counter.builder("sluice.guardrail.failures")
						.description("Failures of guardrail engines")
						.tags("engine", engine, "outcome", open ? "open" : "blocked")
						.register(this.registry))
			.increment();
	}

	/** What the look at a whole text took, or at all pieces of one. */
	void took(Stage stage, long nanos) {
		this.durations
			.computeIfAbsent(stage,
					(key) -> Timer.builder("sluice.guardrail.duration")
						.description("What guardrails take for a prompt or for an answer")
						.tag("stage", word(stage))
						.serviceLevelObjectives(BUCKETS)
						.register(this.registry))
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	private static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
