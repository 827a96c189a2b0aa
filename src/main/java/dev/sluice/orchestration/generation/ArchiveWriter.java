package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.sluice.orchestration.generation.ArchiveQueue.Batch;
import dev.sluice.orchestration.node.Nodes;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes generations from the queue to the store, on threads of its own, and again for as
 * long as the store does not take them.
 */
final class ArchiveWriter implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveWriter.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final ArchiveQueue queue;

	private final ArchiveTable table;

	private final Nodes nodes;

	private final GenerationStore memory;

	private final Counter unarchived;

	private volatile boolean failing;

	ArchiveWriter(ArchiveQueue queue, ArchiveTable table, Nodes nodes, GenerationStore memory, Counter unarchived) {
		this.queue = queue;
		this.table = table;
		this.nodes = nodes;
		this.memory = memory;
		this.unarchived = unarchived;
	}

	/** Whether the store did not take the last thing it was given. */
	boolean failing() {
		return this.failing;
	}

	/** Several threads may run it. */
	@Override
	public void run() {
		try {
			for (Batch batch = this.queue.take(); batch != null; batch = this.queue.take()) {
				write(batch);
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

	private void write(Batch batch) throws InterruptedException {
		List<Generation> left = new ArrayList<>(batch.generations());
		Duration pause = FIRST_PAUSE;
		while (!left.isEmpty()) {
			try {
				switch (batch) {
					case Batch.Begun _ -> mark(left);
					case Batch.Ended _ -> store(left);
				}
				succeeded();
			}
			catch (StoreException ex) {
				failed(ex);
				left.removeIf((generation) -> isLate(batch, generation));
				if (!this.queue.pause(pause)) {
					return;
				}
				pause = pause.multipliedBy(2);
				pause = (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE;
			}
			catch (RuntimeException ex) {
				logger.error("{} generations cannot be stored", left.size(), ex);
				left.forEach(this::giveUp);
				left.clear();
			}
		}
	}

	private void mark(List<Generation> begun) {
		this.nodes.announce();
		this.table.put(begun.stream().map((generation) -> this.table.mark(generation, this.nodes.self())).toList());
		begun.forEach(ArchiveWriter::settle);
		begun.clear();
	}

	/** What is left of a marker's use when the generation has ended. */
	private boolean isLate(Batch batch, Generation generation) {
		settle(generation);
		return batch instanceof Batch.Begun && generation.end() != null;
	}

	private void store(List<Generation> ended) {
		List<Generation> together = new ArrayList<>();
		List<Item> items = new ArrayList<>();
		for (Generation generation : List.copyOf(ended)) {
			ArchiveTable.Ended encoded = encode(generation);
			if (encoded == null) {
				ended.remove(generation);
			}
			else if (generation.receipt() == null && encoded.parts().isEmpty()) {
				together.add(generation);
				items.add(encoded.head());
			}
			else {
				storeAlone(generation, encoded);
				ended.remove(generation);
				this.queue.done(generation);
			}
		}
		this.table.put(items);
		ended.clear();
		together.forEach(this.queue::done);
	}

	private ArchiveTable.@Nullable Ended encode(Generation generation) {
		try {
			return this.table.ended(generation, this.nodes.self());
		}
		catch (RuntimeException ex) {
			logger.error("{} cannot be stored", generation.id(), ex);
			giveUp(generation);
			return null;
		}
	}

	private void storeAlone(Generation generation, ArchiveTable.Ended encoded) {
		this.table.put(encoded.parts());
		if (generation.receipt() == null) {
			this.table.put(List.of(encoded.head()));
		}
		else if (!this.table.putOnce(encoded.head())) {
			this.memory.disown(generation);
			logger.warn("{} was given up by another node while it ran here", generation.id());
		}
	}

	private void giveUp(Generation generation) {
		settle(generation);
		this.queue.done(generation);
		this.unarchived.increment();
	}

	private void succeeded() {
		if (this.failing) {
			this.failing = false;
			logger.info("DynamoDB takes generations again");
		}
	}

	private void failed(StoreException ex) {
		if (!this.failing) {
			this.failing = true;
			logger.warn("Generations wait for DynamoDB, and a receipt may be lost with this process: {}",
					ex.getMessage());
		}
		this.queue.dropLateMarkers();
	}

	private static void settle(Generation generation) {
		Receipt receipt = generation.receipt();
		if (receipt != null) {
			receipt.settle();
		}
	}

}
