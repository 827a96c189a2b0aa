package dev.sluice.prompt.audit;

import java.time.Instant;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether records go to DynamoDB, wait on the disk, or find no more room there. It is no
 * part of readiness: answers go on while DynamoDB is away.
 */
@Component("auditHealthIndicator")
class AuditHealthIndicator implements HealthIndicator {

	private final AuditTrail trail;

	private final AuditProperties properties;

	AuditHealthIndicator(AuditTrail trail, AuditProperties properties) {
		this.trail = trail;
		this.properties = properties;
	}

	@Override
	public Health health() {
		Instant since = this.trail.spoolingSince();
		Health.Builder health = Health.up();
		if (!this.trail.accepting()) {
			health.status("OUT_OF_SERVICE");
		}
		else if (since != null) {
			health.status("DEGRADED");
		}
		health.withDetail("enabled", this.properties.enabled())
			.withDetail("pending", this.trail.pending())
			.withDetail("bytes", this.trail.bytes());
		if (since != null) {
			health.withDetail("spoolingSince", since);
		}
		return health.build();
	}

}
