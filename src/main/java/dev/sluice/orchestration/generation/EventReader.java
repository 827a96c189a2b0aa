package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/** Reads a log in order, on one thread that may wait. */
public final class EventReader implements AutoCloseable {

	private final EventLog log;

	private final EventLog.Subscription subscription;

	private volatile @Nullable Thread waiting;

	private long position;

	/** Begins behind the event with the sequence {@code after}; 0 for all. */
	public EventReader(EventLog log, long after) {
		this.log = log;
		this.position = after;
		this.subscription = log.onAppend(() -> LockSupport.unpark(this.waiting));
	}

	/**
	 * The next event, or {@code null} if none came in time or the reader was interrupted.
	 */
	public @Nullable LoggedEvent next(Duration longest) {
		LoggedEvent next = this.log.read(this.position + 1);
		if (next == null) {
			long deadline = System.nanoTime() + longest.toNanos();
			this.waiting = Thread.currentThread();
			next = this.log.read(this.position + 1);
			while (next == null && !Thread.currentThread().isInterrupted()) {
				long left = deadline - System.nanoTime();
				if (left <= 0) {
					break;
				}
				LockSupport.parkNanos(this, left);
				next = this.log.read(this.position + 1);
			}
			this.waiting = null;
		}
		if (next != null) {
			this.position++;
		}
		return next;
	}

	@Override
	public void close() {
		this.subscription.close();
	}

}
