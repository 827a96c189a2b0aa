package dev.sluice.prompt.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.sluice.prompt.audit.AuditTable.StoredHead;
import dev.sluice.prompt.audit.Verdict.Broken;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.store.StoreException;

import org.springframework.stereotype.Component;

/**
 * Recomputes the hashes of the trail in DynamoDB, writer after writer in the order in
 * which they began. It reads page by page, so that no range is too long for memory.
 */
@Component
public class AuditVerifier {

	private final AuditTable table;

	private final Seal seal;

	AuditVerifier(AuditTable table, AuditProperties properties) {
		this.table = table;
		this.seal = new Seal(properties);
	}

	/**
	 * Verifies what was recorded in a range of time, of all tenants: a chain knows none.
	 * @throws PromptException if that takes longer than {@code limit}, or DynamoDB does
	 * not answer
	 */
	public Verdict verify(TimeRange range, Duration limit) {
		long end = System.nanoTime() + limit.toNanos();
		try {
			return verify(range.from(), range.to(), () -> {
				if (System.nanoTime() - end > 0) {
					throw PromptException.invalid("from",
							"and to hold more than can be verified in %d s".formatted(limit.toSeconds()));
				}
			});
		}
		catch (StoreException ex) {
			throw AuditLog.unavailable(ex);
		}
	}

	private Verdict verify(Instant from, Instant to, Runnable patience) {
		List<String> writers = this.table.writers(to);
		Map<String, StoredHead> heads = this.table.heads(writers);
		long records = 0;
		long dropped = 0;
		long keyless = 0;
		Broken broken = null;
		for (int i = 0; i < writers.size() && broken == null; i++) {
			patience.run();
			StoredHead head = heads.get(writers.get(i));
			if (head == null || !head.recordedAt().isBefore(from)) {
				ChainWalk walk = new ChainWalk(this.table, this.seal, writers.get(i), head, to);
				broken = walk.walk(from, patience);
				records += walk.records();
				dropped += walk.dropped();
				keyless += walk.keyless();
			}
		}
		return new Verdict(records, dropped, keyless, broken);
	}

}
