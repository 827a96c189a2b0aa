package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The promise that a generation which runs on by itself is found again, whatever becomes
 * of this process: a marker of it is in the store.
 */
final class Receipt {

	private final CountDownLatch settled = new CountDownLatch(1);

	/** The marker is there, or nobody need wait for it. */
	void settle() {
		this.settled.countDown();
	}

	/** Waits until it is settled; says whether it is. */
	boolean await(Duration longest) {
		try {
			return this.settled.await(longest.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
