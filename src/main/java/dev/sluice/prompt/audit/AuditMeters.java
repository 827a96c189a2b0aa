package dev.sluice.prompt.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of records, and how many wait. */
final class AuditMeters {

	private final Counter accepted;

	private final Counter refused;

	private final Counter dropped;

	private final Counter shipped;

	AuditMeters(MeterRegistry registry) {
		this.accepted = counter(registry, "accepted");
		this.refused = counter(registry, "refused");
		this.dropped = counter(registry, "dropped");
		this.shipped = counter(registry, "shipped");
	}

	private static Counter counter(MeterRegistry registry, String outcome) {
		return Counter.builder("sluice.audit.records")
			.description("Records that were taken, not taken, or taken to DynamoDB")
			.tag("outcome", outcome)
			.register(registry);
	}

	/** Measures a trail for as long as it is there. */
	static void watch(MeterRegistry registry, AuditTrail trail) {
		Gauge.builder("sluice.audit.pending", trail, AuditTrail::pending)
			.description("Records that wait for DynamoDB")
			.register(registry);
		Gauge.builder("sluice.audit.journal.size", trail, AuditTrail::bytes)
			.description("What the journal takes on the disk")
			.baseUnit("bytes")
			.register(registry);
		Gauge.builder("sluice.audit.lag", trail, (measured) -> measured.lag().toMillis() / 1000.0)
			.description("Age of the oldest record that waits for DynamoDB")
			.baseUnit("seconds")
			.register(registry);
	}

	void accepted() {
		this.accepted.increment();
	}

	void refused() {
		this.refused.increment();
	}

	void dropped() {
		this.dropped.increment();
	}

	void shipped(long records) {
		this.shipped.increment(records);
	}

}
