package dev.sluice.prompt.audit;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The audit trail.
 *
 * @param enabled whether an audit trail is kept
 * @param directory where records wait until DynamoDB has them: a disk that outlives the
 * process, and a directory of this process's own; empty for a temporary one, as in the
 * profile `local`
 * @param maxBytes most bytes of records that may wait for DynamoDB
 * @param whenFull what happens when no more may wait: `refuse` new generations, or `drop`
 * records and say in the chain how many
 * @param sync whether what is written is forced to the disk, so that it outlives a power
 * failure as well
 * @param key a secret of at least 32 characters that seals the chain, so that nobody who
 * lacks it can make one up
 * @param formerKeys secrets that sealed earlier records, for verification
 */
@ConfigurationProperties("sluice.audit")
record AuditProperties(@DefaultValue("true") boolean enabled, @DefaultValue("data/audit") String directory,
		@DefaultValue("1GB") DataSize maxBytes, @DefaultValue("refuse") WhenFull whenFull,
		@DefaultValue("true") boolean sync, @Nullable SealingKey key, @DefaultValue List<SealingKey> formerKeys) {

	enum WhenFull {

		REFUSE, DROP

	}

	AuditProperties {
		if (maxBytes.toBytes() < DataSize.ofMegabytes(1).toBytes()) {
			throw new IllegalArgumentException("sluice.audit.max-bytes must be at least 1MB");
		}
		formerKeys = List.copyOf(formerKeys);
		formerKeys.forEach(SealingKey::check);
		if (key != null) {
			key.check();
		}
	}

}
