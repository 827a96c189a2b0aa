package dev.sluice.orchestration.generation;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the logs of generations may hold.
 *
 * @param maxEvents most events of one generation
 * @param maxBytes most bytes of one generation
 * @param totalBytes most bytes of all generations, running and retained; 0 for a quarter
 * of the heap
 */
public record LogLimits(@DefaultValue("100000") int maxEvents, @DefaultValue("16MB") DataSize maxBytes,
		@DefaultValue("0B") DataSize totalBytes) {

	public LogLimits {
		if (totalBytes.toBytes() == 0) {
			totalBytes = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4);
		}
		if (maxEvents < 2 || maxBytes.toBytes() < 1 || totalBytes.toBytes() < 1) {
			throw new IllegalArgumentException("sluice.generation.log: every limit must be positive");
		}
	}

}
