package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * What waits for the store: markers first, then generations that have ended. Whoever
 * brings something never waits. Ended ones are bounded in number and bytes; those that
 * have a marker, and were thus promised to somebody, push others out.
 */
final class ArchiveQueue {

	private static final int MOST_OF_A_BATCH = 25;

	private static final long MOST_BYTES_OF_A_BATCH = 4 * 1024 * 1024;

	/** How long an ended one waits for others that make the call worth its while. */
	private static final Duration LINGER = Duration.ofMillis(20);

	private static final Duration SHORT_PAUSE = Duration.ofMillis(100);

	/** What is written together. */
	sealed interface Batch {

		List<Generation> generations();

		record Begun(List<Generation> generations) implements Batch {
		}

		record Ended(List<Generation> generations) implements Batch {
		}

	}

	private final int maxCount;

	private final long maxBytes;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition news = this.lock.newCondition();

	private final Condition quiet = this.lock.newCondition();

	private final Deque<Generation> begun = new ArrayDeque<>();

	private final Deque<Generation> promised = new ArrayDeque<>();

	private final Deque<Generation> others = new ArrayDeque<>();

	/** All that have ended, those that are just being written among them. */
	private final Map<String, Generation> pending = new LinkedHashMap<>();

	private long bytes;

	private boolean closing;

	private boolean closed;

	ArchiveQueue(ArchiveLimits limits) {
		this.maxCount = limits.maxPending();
		this.maxBytes = limits.maxPendingBytes().toBytes();
	}

	/** Adds one that is to have a marker; says whether there was room. */
	boolean addBegun(Generation generation) {
		this.lock.lock();
		try {
			if (this.begun.size() >= this.maxCount) {
				return false;
			}
			this.begun.add(generation);
			this.news.signal();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Adds one that has ended; says how many there was no room for. */
	int addEnded(Generation generation) {
		this.lock.lock();
		try {
			int dropped = 0;
			boolean isPromised = generation.receipt() != null;
			while (isPromised && isFull(generation) && !this.others.isEmpty()) {
				forget(this.others.remove());
				dropped++;
			}
			if (isFull(generation)) {
				return dropped + 1;
			}
			Deque<Generation> waiting = isPromised ? this.promised : this.others;
			waiting.add(generation);
			this.pending.put(generation.id(), generation);
			this.bytes += bytesOf(generation);
			if (this.promised.size() + this.others.size() == 1) {
				this.news.signal();
			}
			return dropped;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isFull(Generation generation) {
		return this.pending.size() >= this.maxCount || this.bytes + bytesOf(generation) > this.maxBytes;
	}

	/** Waits for work; {@code null} once there is to be none. */
	@Nullable Batch take() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.closed) {
				if (!this.begun.isEmpty()) {
					return new Batch.Begun(some(this.begun));
				}
				if (this.promised.isEmpty() && this.others.isEmpty()) {
					this.news.await();
				}
				else if (isWorthwhile() || !this.news.await(LINGER.toNanos(), TimeUnit.NANOSECONDS)) {
					return endedOnes();
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isWorthwhile() {
		return this.closing || this.promised.size() + this.others.size() >= MOST_OF_A_BATCH;
	}

	/** Another thread may have been quicker. */
	private Batch endedOnes() {
		List<Generation> some = some(this.promised.isEmpty() ? this.others : this.promised);
		if (!this.promised.isEmpty() || !this.others.isEmpty()) {
			this.news.signal();
		}
		return new Batch.Ended(some);
	}

	private static List<Generation> some(Deque<Generation> waiting) {
		List<Generation> some = new ArrayList<>();
		long taken = 0;
		while (!waiting.isEmpty() && some.size() < MOST_OF_A_BATCH
				&& (some.isEmpty() || taken < MOST_BYTES_OF_A_BATCH)) {
			Generation next = waiting.remove();
			taken += bytesOf(next);
			some.add(next);
		}
		return some;
	}

	/** Lets go of markers of what has ended meanwhile. */
	void dropLateMarkers() {
		this.lock.lock();
		try {
			this.begun.removeIf((generation) -> generation.end() != null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets go of what is written, or never will be. */
	void done(Generation generation) {
		this.lock.lock();
		try {
			forget(generation);
			if (this.pending.isEmpty()) {
				this.quiet.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void forget(Generation generation) {
		if (this.pending.remove(generation.id()) != null) {
			this.bytes -= bytesOf(generation);
		}
	}

	/** One that has ended and is not written yet. */
	@Nullable Generation find(String id) {
		this.lock.lock();
		try {
			return this.pending.get(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		this.lock.lock();
		try {
			return this.pending.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Since when the one waits that has waited for longest. */
	@Nullable Instant oldest() {
		this.lock.lock();
		try {
			return this.pending.isEmpty() ? null : this.pending.values().iterator().next().endedAt();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Sleeps, but not past the closing; says whether there is still something to do. */
	boolean pause(Duration duration) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = duration.toNanos();
			while (left > 0 && !this.closed) {
				left = this.quiet.awaitNanos(this.closing ? Math.min(left, SHORT_PAUSE.toNanos()) : left);
				left = this.closing ? 0 : left;
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Waits until nothing is pending; says whether that is so. */
	boolean flush(Duration longest) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			this.closing = true;
			this.news.signalAll();
			this.quiet.signalAll();
			long left = longest.toNanos();
			while (!this.pending.isEmpty() && left > 0) {
				left = this.quiet.awaitNanos(left);
			}
			return this.pending.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends those that wait for work. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.news.signalAll();
			this.quiet.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static long bytesOf(Generation generation) {
		return generation.writableLog().bytes();
	}

}
