package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.sluice.store.StoreException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again, behind those who wait for an answer, what the store could not take at
 * once: for some minutes, and no more than so much at a time.
 */
final class Behind {

	/** How long something is tried. */
	static final Duration LONGEST = Duration.ofMinutes(10);

	private static final Logger logger = LoggerFactory.getLogger(Behind.class);

	private static final int MOST = 1_000;

	/** What is waited for when the service stops. */
	private static final Duration LAST_TRIES = Duration.ofSeconds(2);

	private final long mostBytes = Runtime.getRuntime().maxMemory() / 8;

	private final AtomicInteger pending = new AtomicInteger();

	private final AtomicLong bytes = new AtomicLong();

	private final Counter lost;

	private volatile boolean closed;

	/**
	 * Tries things of one kind.
	 * @param what what the meters call it
	 */
	Behind(String what, MeterRegistry meters) {
		Gauge.builder("sluice.conversations.pending", this.pending, AtomicInteger::get)
			.description("What waits for DynamoDB to be written behind")
			.tag("what", what)
			.register(meters);
		this.lost = Counter.builder("sluice.conversations.lost")
			.description("What DynamoDB did not take for too long, or too much of it at once")
			.tag("what", what)
			.register(meters);
	}

	/**
	 * Tries it until the store can be reached.
	 * @param size about what it holds in memory
	 * @param givenUp is run if it has to be given up
	 */
	void later(String name, long size, Runnable step, Runnable givenUp) {
		int waiting = this.pending.incrementAndGet();
		long held = this.bytes.addAndGet(size);
		if (this.closed || waiting > MOST || held > this.mostBytes) {
			leave(size);
			giveUp(name, givenUp);
			return;
		}
		Thread.ofVirtual().name("behind-" + name).start(() -> {
			try {
				run(name, step, givenUp);
			}
			finally {
				leave(size);
			}
		});
	}

	private void leave(long size) {
		this.pending.decrementAndGet();
		this.bytes.addAndGet(-size);
	}

	private void run(String name, Runnable step, Runnable givenUp) {
		long deadline = System.nanoTime() + LONGEST.toNanos();
		for (int tries = 1; System.nanoTime() < deadline && Pause.after(tries); tries++) {
			try {
				step.run();
				return;
			}
			catch (StoreException ex) {
				logger.debug("{} waits for the store: {}", name, ex.getMessage());
			}
			catch (RuntimeException ex) {
				logger.error("A fault while {} was written", name, ex);
				break;
			}
		}
		giveUp(name, givenUp);
	}

	private void giveUp(String name, Runnable givenUp) {
		logger.error("What {} leaves could not be written", name);
		this.lost.increment();
		givenUp.run();
	}

	/** Takes no more, and gives what waits a last chance. */
	void close() {
		this.closed = true;
		long deadline = System.nanoTime() + LAST_TRIES.toNanos();
		while (this.pending.get() > 0 && System.nanoTime() < deadline && Pause.sleep(50)) {
			// They are at it.
		}
	}

}
