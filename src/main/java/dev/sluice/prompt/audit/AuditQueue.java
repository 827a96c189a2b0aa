package dev.sluice.prompt.audit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import dev.sluice.prompt.audit.AuditEntry.GenerationEnded;
import org.jspecify.annotations.Nullable;

/**
 * Entries on their way to the journal. Whoever adds one takes no lock and does no I/O.
 */
final class AuditQueue {

	/** About what an entry takes, in memory or on the disk, texts apart. */
	private static final long ENTRY = 1024;

	private final long capacity;

	private final Queue<Queued> entries = new ConcurrentLinkedQueue<>();

	private final AtomicLong weight = new AtomicLong();

	private final Signal signal = new Signal();

	/** An entry, and whether its texts did not fit. */
	record Queued(AuditEntry entry, boolean textsOmitted, long weight) {

		static Queued of(AuditEntry entry) {
			long texts = (entry instanceof GenerationEnded ended && ended.texts() != null)
					? 2L * (ended.texts().prompt().length() + ended.texts().output().length()) : 0;
			return new Queued(entry, false, ENTRY + texts);
		}

		Queued withoutTexts() {
			return (this.entry instanceof GenerationEnded ended && this.weight > ENTRY)
					? new Queued(ended.withoutTexts(), true, ENTRY) : this;
		}

	}

	AuditQueue(long capacity) {
		this.capacity = capacity;
	}

	/**
	 * Adds an entry, without its texts if these do not fit; no, if it does not either.
	 */
	boolean offer(AuditEntry entry) {
		Queued queued = Queued.of(entry);
		if (this.weight.get() + queued.weight() > this.capacity / 2) {
			queued = queued.withoutTexts();
		}
		if (this.weight.addAndGet(queued.weight()) > this.capacity) {
			this.weight.addAndGet(-queued.weight());
			return false;
		}
		this.entries.add(queued);
		this.signal.raise();
		return true;
	}

	@Nullable Queued poll() {
		return this.entries.poll();
	}

	/** What was taken out is on the disk now. */
	void release(long weight) {
		this.weight.addAndGet(-weight);
	}

	/** About how many bytes wait here. */
	long weight() {
		return this.weight.get();
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	boolean isHalfFull() {
		return this.weight.get() > this.capacity / 2;
	}

	Signal signal() {
		return this.signal;
	}

}
