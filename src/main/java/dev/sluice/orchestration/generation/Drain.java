package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for running generations before a shut-down, and for their readers to have the
 * last event.
 */
final class Drain {

	static final Failure SHUTTING_DOWN = Failure.of(ErrorCode.MODEL_UNAVAILABLE, "The service is shutting down");

	private static final Logger logger = LoggerFactory.getLogger(Drain.class);

	/** How long the ends of aborted generations and their readers may take. */
	private static final Duration LAST_WORDS = Duration.ofSeconds(2);

	private final GenerationStore store;

	private final Duration grace;

	Drain(GenerationStore store, Duration grace) {
		this.store = store;
		this.grace = grace;
	}

	void run() {
		List<Generation> generations = List.copyOf(this.store.running());
		if (!generations.isEmpty()) {
			logger.info("Waiting up to {} for {} running generations", this.grace, generations.size());
		}
		awaitAll(generations, System.nanoTime() + this.grace.toNanos());
		List<Generation> late = generations.stream().filter((generation) -> generation.end() == null).toList();
		late.forEach((generation) -> generation.abort(SHUTTING_DOWN));
		long end = System.nanoTime() + LAST_WORDS.toNanos();
		awaitAll(late, end);
		awaitReaders(end);
		if (!generations.isEmpty()) {
			logger.info("{} generations finished, {} were ended", generations.size() - late.size(), late.size());
		}
	}

	private static void awaitAll(List<Generation> generations, long deadline) {
		for (Generation generation : generations) {
			generation.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
	}

	private void awaitReaders(long deadline) {
		try {
			while (System.nanoTime() < deadline && this.store.hasReaders()) {
				Thread.sleep(10);
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

}
