package dev.sluice.store;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the last call to DynamoDB went through. It is no part of readiness: what was
 * read before is served on.
 */
@Component("dynamodbHealthIndicator")
class StoreHealthIndicator implements HealthIndicator {

	private final DynamoStore store;

	StoreHealthIndicator(DynamoStore store) {
		this.store = store;
	}

	@Override
	public Health health() {
		String trouble = this.store.trouble();
		return (trouble == null) ? Health.up().build()
				: Health.status("DEGRADED").withDetail("trouble", trouble).build();
	}

}
