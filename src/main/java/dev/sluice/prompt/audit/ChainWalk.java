package dev.sluice.prompt.audit;

import java.time.Instant;
import java.util.List;

import dev.sluice.prompt.audit.AuditTable.StoredHead;
import dev.sluice.prompt.audit.ChainRecord.Fields;
import dev.sluice.prompt.audit.Verdict.Broken;
import dev.sluice.prompt.audit.Verdict.Reason;
import dev.sluice.store.Item;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Goes along the chain of one writer, as far as it lies in a range of time, and stops at
 * the first link that does not hold. The range begins inclusively and ends exclusively.
 */
final class ChainWalk {

	private static final int PAGE = 500;

	private final AuditTable table;

	private final Seal seal;

	private final String writer;

	private final @Nullable StoredHead head;

	private final Instant to;

	/** The number and the hash of the record before the next one. */
	private Head before;

	private Instant time = Instant.MIN;

	private boolean ended;

	private long records;

	private long dropped;

	private long keyless;

	ChainWalk(AuditTable table, Seal seal, String writer, @Nullable StoredHead head, Instant to) {
		this.table = table;
		this.seal = seal;
		this.writer = writer;
		this.head = head;
		this.to = to;
		this.before = new Head(writer, 0, Hashes.NONE);
	}

	/**
	 * Walks.
	 * @param patience is asked before every page, and throws when it is at an end
	 * @return the first link that is broken, {@code null} if none is
	 */
	@Nullable Broken walk(Instant from, Runnable patience) {
		long first = firstSince(from);
		// No key of a record is less than this, whoever wrote it.
		String key = "\u0001";
		if (first > 1) {
			Item item = this.table.record(this.writer, first - 1);
			if (item == null) {
				return broken(first - 1, (first > end()) ? Reason.CUT_OFF : Reason.MISSING);
			}
			this.before = new Head(this.writer, first - 1, String.valueOf(item.optionalText("hash")));
			key = AuditTable.sortKey(first - 1);
		}
		while (!this.ended) {
			patience.run();
			List<Item> page = this.table.recordsAfter(this.writer, key, PAGE);
			if (page.isEmpty()) {
				return (this.before.sequence() < end()) ? broken(this.before.sequence() + 1, Reason.CUT_OFF) : null;
			}
			for (Item item : page) {
				Broken broken = this.ended ? null : check(item);
				if (broken != null) {
					return broken;
				}
				key = item.text("sk");
			}
		}
		return null;
	}

	/** The last number that there should be. */
	private long end() {
		return (this.head != null) ? this.head.head().sequence() : Long.MAX_VALUE;
	}

	/** The number of the first record that is not before a time; there may be a gap. */
	private long firstSince(Instant from) {
		long low = 1;
		long high = (this.head != null) ? end() + 1 : 1;
		while (low < high) {
			long middle = (low + high) >>> 1;
			List<Item> found = this.table.recordsAfter(this.writer, AuditTable.sortKey(middle - 1), 1);
			Fields fields = found.isEmpty() ? null : record(found.getFirst()).fields();
			if (fields != null && fields.recordedAt().isBefore(from)) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	private @Nullable Broken check(Item item) {
		long expected = this.before.sequence() + 1;
		String key = item.text("sk");
		long sequence = sequence(key);
		if (sequence < 1) {
			return broken(expected, Reason.INSERTED);
		}
		if (sequence > end()) {
			return (this.before.sequence() < end()) ? broken(expected, Reason.CUT_OFF) : beyondTheEnd(sequence);
		}
		if (sequence > expected) {
			return broken(expected, Reason.MISSING);
		}
		ChainRecord record = record(item);
		Fields fields = record.fields();
		if (fields == null) {
			return broken(expected, Reason.ALTERED);
		}
		Reason reason = check(item, record, fields);
		return (reason != null) ? broken(expected, reason) : accept(record, fields);
	}

	private @Nullable Reason check(Item item, ChainRecord record, Fields fields) {
		byte[] hash = this.seal.hash(fields.seal(), ChainRecord.bytes(record.json()));
		if (hash == null) {
			return Reason.UNKNOWN_KEY;
		}
		if (!Hashes.hex(hash).equals(record.hash())) {
			return Reason.ALTERED;
		}
		if (!fields.writer().equals(this.writer) || fields.sequence() != this.before.sequence() + 1
				|| fields.recordedAt().isBefore(this.time)) {
			return Reason.OUT_OF_ORDER;
		}
		if (!fields.previous().equals(this.before.hash())) {
			return Reason.UNLINKED;
		}
		boolean same = AuditTable.toItem(record, fields).attributes().equals(item.attributes());
		return (same && agreesWithHead(record, fields)) ? null : Reason.ALTERED;
	}

	private boolean agreesWithHead(ChainRecord record, Fields fields) {
		return this.head == null || fields.sequence() < end()
				|| this.head.head().hash().equals(record.hash()) && this.head.recordedAt().equals(fields.recordedAt());
	}

	private @Nullable Broken accept(ChainRecord record, Fields fields) {
		if (!fields.recordedAt().isBefore(this.to)) {
			this.ended = true;
			return null;
		}
		this.before = new Head(this.writer, fields.sequence(), record.hash());
		this.time = fields.recordedAt();
		this.records++;
		if (this.seal.isKeyed() && fields.seal().equals(Seal.PLAIN)) {
			this.keyless++;
		}
		this.dropped += "gap".equals(fields.text("type")) ? fields.all().path("dropped").longValue(0) : 0;
		return follows(fields.all().path("follows"));
	}

	/** The chain that this one goes on from must still go as far. */
	private @Nullable Broken follows(JsonNode follows) {
		long sequence = follows.path("sequence").longValue(0);
		if (sequence == 0) {
			return null;
		}
		String writer = follows.path("writer").stringValue("");
		Item item = this.table.record(writer, sequence);
		if (item != null && follows.path("hash").stringValue("").equals(item.optionalText("hash"))) {
			return null;
		}
		return new Broken(writer, sequence, (item == null) ? Reason.CUT_OFF : Reason.ALTERED);
	}

	/** The chain may have grown since its head was read. */
	private @Nullable Broken beyondTheEnd(long sequence) {
		this.ended = true;
		Head now = this.table.head(this.writer);
		return (now == null || now.sequence() < sequence) ? broken(sequence, Reason.INSERTED) : null;
	}

	private static ChainRecord record(Item item) {
		return new ChainRecord(String.valueOf(item.optionalText("record")), String.valueOf(item.optionalText("hash")));
	}

	/** The number in a key, -1 if it is none. */
	private static long sequence(String key) {
		return (key.length() == AuditTable.sortKey(0).length() && key.chars().allMatch((c) -> c >= '0' && c <= '9'))
				? Long.parseLong(key) : -1;
	}

	private Broken broken(long sequence, Reason reason) {
		return new Broken(this.writer, sequence, reason);
	}

	long records() {
		return this.records;
	}

	long dropped() {
		return this.dropped;
	}

	long keyless() {
		return this.keyless;
	}

}
