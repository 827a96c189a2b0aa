package dev.sluice.prompt.audit;

import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Wakes one thread. Whoever changes something and then raises the signal is seen by the
 * thread that waits and then looks; raising it again costs nothing but a look.
 */
final class Signal {

	private volatile boolean raised;

	private volatile @Nullable Thread waiting;

	void raise() {
		if (!this.raised) {
			this.raised = true;
			LockSupport.unpark(this.waiting);
		}
	}

	/**
	 * Keeps others from raising the signal; the one that waits is awake and will look.
	 */
	void hold() {
		this.raised = true;
	}

	/** Takes the signal down; whoever does has to look once more before it waits. */
	void lower() {
		this.raised = false;
	}

	/**
	 * Waits for the signal, but no longer than so many nanoseconds, and takes it down.
	 */
	void await(long nanos) {
		this.waiting = Thread.currentThread();
		long end = System.nanoTime() + nanos;
		for (long left = nanos; !this.raised && left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(this, left);
			if (Thread.currentThread().isInterrupted()) {
				break;
			}
		}
		this.raised = false;
	}

}
