package dev.sluice.orchestration.generation;

import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/** Reads a log in order, on one thread that waits for what is not there yet. */
public final class EventReader implements AutoCloseable {

	private final EventLog log;

	private final EventLog.Subscription subscription;

	private volatile @Nullable Thread waiting;

	private volatile boolean stopped;

	private volatile boolean awaitsEnd;

	private long position;

	/** Begins behind the event with the sequence {@code after}; 0 for all. */
	public EventReader(EventLog log, long after) {
		this.log = log;
		this.position = after;
		this.subscription = log.onAppend(this::wake);
	}

	/**
	 * Waits for the next event; nothing once the reader is stopped, or behind the last.
	 */
	public @Nullable LoggedEvent next() {
		this.awaitsEnd = false;
		LoggedEvent next = await(this.position + 1);
		if (next != null) {
			this.position = next.sequence();
		}
		return next;
	}

	/** Waits for the last event; nothing once the reader is stopped. */
	public @Nullable LoggedEvent last() {
		this.awaitsEnd = true;
		return await(Long.MAX_VALUE);
	}

	/** Ends the waiting, from any thread. What is there is not read any more either. */
	public void stop() {
		this.stopped = true;
		LockSupport.unpark(this.waiting);
	}

	@Override
	public void close() {
		this.subscription.close();
	}

	private @Nullable LoggedEvent await(long sequence) {
		LoggedEvent event = read(sequence);
		if (event == null && !this.stopped) {
			this.waiting = Thread.currentThread();
			for (event = read(sequence); event == null && !this.stopped
					&& !isBehindEnd(sequence); event = read(sequence)) {
				LockSupport.park(this);
			}
			this.waiting = null;
		}
		return this.stopped ? null : event;
	}

	private @Nullable LoggedEvent read(long sequence) {
		if (sequence < Long.MAX_VALUE) {
			return this.log.read(sequence);
		}
		return this.log.ended() ? this.log.read(this.log.last()) : null;
	}

	private boolean isBehindEnd(long sequence) {
		return sequence < Long.MAX_VALUE && this.log.ended() && sequence > this.log.last();
	}

	private void wake() {
		if (!this.awaitsEnd || this.log.ended()) {
			LockSupport.unpark(this.waiting);
		}
	}

}
