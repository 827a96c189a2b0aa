package dev.sluice.benchmarks.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One wheel of millisecond slots for all paced streams; used by one thread. */
final class TimerWheel {

	private static final int SLOTS = 4096;

	private final List<List<Connection>> slots = new ArrayList<>(SLOTS);

	private long tick;

	private int waiting;

	TimerWheel(long now) {
		this.tick = now;
		for (int i = 0; i < SLOTS; i++) {
			this.slots.add(new ArrayList<>());
		}
	}

	/** What is already due fires at the next tick. */
	void schedule(Connection connection) {
		long slot = Math.max(connection.due, this.tick + 1);
		this.slots.get((int) (slot % SLOTS)).add(connection);
		this.waiting++;
	}

	void advance(long now, Consumer<Connection> action) {
		while (this.tick < now) {
			this.tick++;
			List<Connection> slot = this.slots.get((int) (this.tick % SLOTS));
			int kept = 0;
			// What the action schedules anew into this very slot belongs to a later round
			// and is kept.
			for (int i = 0; i < slot.size(); i++) {
				Connection connection = slot.get(i);
				if (connection.due > this.tick) {
					slot.set(kept++, connection);
				}
				else {
					this.waiting--;
					action.accept(connection);
				}
			}
			slot.subList(kept, slot.size()).clear();
		}
	}

	/** Milliseconds until the next slot with somebody in it, or 0 to wait without end. */
	long delay(long now) {
		if (this.waiting == 0) {
			return 0;
		}
		long next = this.tick + 1;
		while (this.slots.get((int) (next % SLOTS)).isEmpty()) {
			next++;
		}
		return Math.max(1, next - now);
	}

}
