package dev.sluice.orchestration.generation;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is kept of finished generations in DynamoDB.
 *
 * @param ttl how long a finished generation can be read in DynamoDB, also after a restart
 * and on other nodes; `0s` for not at all
 * @param maxPending most finished generations that wait for DynamoDB; beyond it those go
 * first that nobody has a receipt for
 * @param maxPendingBytes most bytes of the logs of finished generations that wait for
 * DynamoDB, about
 */
public record ArchiveLimits(@DefaultValue("24h") Duration ttl, @DefaultValue("10000") int maxPending,
		@DefaultValue("64MB") DataSize maxPendingBytes) {

	public ArchiveLimits {
		if (ttl.isNegative() || maxPending < 1 || maxPendingBytes.toBytes() < 1) {
			throw new IllegalArgumentException(
					"sluice.generation.archive: ttl cannot be negative, and the bounds must be positive");
		}
	}

	boolean enabled() {
		return this.ttl.isPositive();
	}

}
