package dev.sluice.orchestration.generation;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The generations that are running, and those that ended a short while ago; bounded in
 * number and bytes.
 */
final class GenerationStore {

	private final GenerationProperties properties;

	private final Map<String, Generation> running = new ConcurrentHashMap<>();

	private final Map<String, Generation> retained = new ConcurrentHashMap<>();

	private final Queue<Generation> oldestFirst = new ConcurrentLinkedQueue<>();

	private final AtomicInteger admitted = new AtomicInteger();

	private final AtomicLong bytes = new AtomicLong();

	GenerationStore(GenerationProperties properties) {
		this.properties = properties;
	}

	/** Takes a place among the running, to be given back by {@link #leave}. */
	void enter() {
		if (this.admitted.incrementAndGet() > this.properties.maxRunning()) {
			leave();
			throw new GenerationException(ErrorCode.MODEL_UNAVAILABLE,
					"The gateway runs as many generations as it may; try again");
		}
	}

	void leave() {
		this.admitted.decrementAndGet();
	}

	void add(Generation generation) {
		this.running.put(generation.id(), generation);
	}

	/** Moves a generation from the running to the retained. */
	void retain(Generation generation) {
		long unaccounted = generation.writableLog().pack();
		this.retained.put(generation.id(), generation);
		this.running.remove(generation.id());
		this.oldestFirst.add(generation);
		this.bytes.addAndGet(unaccounted);
		leave();
		evict();
	}

	@Nullable Generation find(String id) {
		Generation found = this.running.get(id);
		if (found == null) {
			found = this.retained.get(id);
		}
		return (found != null && !expired(found)) ? found : null;
	}

	Collection<Generation> running() {
		return this.running.values();
	}

	int retainedCount() {
		return this.retained.size();
	}

	long bytes() {
		return this.bytes.get();
	}

	/** Accounts for bytes of a running log; the oldest finished ones make room. */
	void account(long added) {
		long limit = this.properties.log().totalBytes().toBytes();
		if (this.bytes.addAndGet(added) > limit) {
			evict();
			if (this.bytes.get() > limit) {
				this.bytes.addAndGet(-added);
				throw new GenerationException(ErrorCode.MODEL_UNAVAILABLE,
						"The gateway has no room for more answers; try again");
			}
		}
	}

	/** Forgets what is over the bounds or too old. */
	synchronized void evict() {
		long limit = this.properties.log().totalBytes().toBytes();
		Generation oldest = this.oldestFirst.peek();
		while (oldest != null && (expired(oldest) || this.retained.size() > this.properties.maxRetained()
				|| this.bytes.get() > limit)) {
			this.oldestFirst.remove();
			this.retained.remove(oldest.id());
			this.bytes.addAndGet(-oldest.writableLog().bytes());
			oldest = this.oldestFirst.peek();
		}
	}

	private boolean expired(Generation generation) {
		Instant endedAt = generation.endedAt();
		return endedAt != null && endedAt.plus(this.properties.retention()).isBefore(Instant.now());
	}

}
