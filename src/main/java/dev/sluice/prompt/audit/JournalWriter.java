package dev.sluice.prompt.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes entries from the queue to the disk, as many at once as there are. */
final class JournalWriter implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(JournalWriter.class);

	private static final int MOST = 512;

	private static final long MOST_WEIGHT = 8 * 1024 * 1024;

	/**
	 * How long further entries are waited for: who adds one in that time wakes nobody,
	 * which would cost more than all the rest.
	 */
	private static final Duration LINGER = Duration.ofMillis(2);

	private static final Duration PAUSE = Duration.ofMillis(500);

	/** How often a full journal is told what it lacks, which must not fill it further. */
	private static final Duration GAP_PAUSE = Duration.ofMinutes(1);

	/** How long nobody wakes this thread, which looks for room if there is need. */
	private static final Duration IDLE = Duration.ofMinutes(1);

	private static final Duration IDLE_WITH_GAP = Duration.ofSeconds(1);

	private final AuditQueue queue;

	private final Journal journal;

	private final Signal written;

	private final AtomicLong dropped;

	private volatile boolean closing;

	private volatile boolean aborted;

	private volatile boolean failing;

	private long toldAt = System.nanoTime() - GAP_PAUSE.toNanos();

	/**
	 * Makes a writer.
	 * @param written is raised when there is news in the journal
	 * @param dropped counts entries that are missing from the chain until it says so
	 */
	JournalWriter(AuditQueue queue, Journal journal, Signal written, AtomicLong dropped) {
		this.queue = queue;
		this.journal = journal;
		this.written = written;
		this.dropped = dropped;
	}

	@Override
	public void run() {
		Signal news = this.queue.signal();
		while (!this.aborted && !(this.closing && isIdle())) {
			if (isIdle()) {
				news.await(((this.dropped.get() > 0) ? IDLE_WITH_GAP : IDLE).toNanos());
			}
			news.hold();
			while (!this.aborted && !isIdle()) {
				writeBatch();
				LockSupport.parkNanos(LINGER.toNanos());
			}
			news.lower();
		}
	}

	private boolean isIdle() {
		return this.queue.isEmpty() && !isGapDue();
	}

	private boolean isGapDue() {
		return this.dropped.get() > 0
				&& (this.closing || !this.journal.isFull() || System.nanoTime() - this.toldAt >= GAP_PAUSE.toNanos());
	}

	private void writeBatch() {
		List<Draft> drafts = new ArrayList<>();
		long missing = isGapDue() ? this.dropped.get() : 0;
		long weight = 0;
		AuditQueue.Queued next = null;
		while (drafts.size() < MOST && weight < MOST_WEIGHT && (next = this.queue.poll()) != null) {
			weight += next.weight();
			try {
				drafts.add(EntryJson.draft(next.entry(), next.textsOmitted()));
			}
			catch (RuntimeException ex) {
				logger.error("An audit record could not be made", ex);
				this.dropped.incrementAndGet();
			}
		}
		if (missing > 0) {
			drafts.addFirst(EntryJson.gap(missing, "not-recorded"));
		}
		if (!drafts.isEmpty() && write(drafts)) {
			if (missing > 0) {
				this.dropped.addAndGet(-missing);
				this.toldAt = System.nanoTime();
			}
			this.written.raise();
		}
		this.queue.release(weight);
	}

	/** Writes, and tries again until it succeeds or the process ends. */
	private boolean write(List<Draft> drafts) {
		while (!this.aborted) {
			try {
				this.journal.append(drafts);
				this.failing = false;
				return true;
			}
			catch (IOException | RuntimeException ex) {
				if (!this.failing) {
					logger.error("The audit journal cannot be written", ex);
				}
				this.failing = true;
				if (this.closing) {
					logger.error("{} audit records are lost", drafts.size());
					this.aborted = true;
				}
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}
		return false;
	}

	/** Whether the disk refuses. */
	boolean isFailing() {
		return this.failing;
	}

	/** Ends when all is written. */
	void close() {
		this.closing = true;
		this.queue.signal().raise();
	}

	/** Ends now. */
	void abort() {
		this.aborted = true;
		this.queue.signal().raise();
	}

}
