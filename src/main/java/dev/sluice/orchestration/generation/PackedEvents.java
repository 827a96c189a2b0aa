package dev.sluice.orchestration.generation;

import java.util.ArrayList;
import java.util.List;

/**
 * The events of a log that has ended, in a tenth of the memory: the texts of the deltas
 * in one string. A delta is made again whenever it is read.
 */
final class PackedEvents {

	private final String text;

	/** Where the text of each event ends; what is no delta adds none. */
	private final int[] ends;

	/** All that is no delta, in order. */
	private final LoggedEvent[] others;

	private PackedEvents(String text, int[] ends, LoggedEvent[] others) {
		this.text = text;
		this.ends = ends;
		this.others = others;
	}

	static PackedEvents of(LoggedEvent[] events, int size) {
		StringBuilder text = new StringBuilder();
		int[] ends = new int[size];
		List<LoggedEvent> others = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			if (events[i].event() instanceof GenerationEvent.Delta(String piece) && !piece.isEmpty()) {
				text.append(piece);
			}
			else {
				others.add(events[i]);
			}
			ends[i] = text.length();
		}
		return new PackedEvents(text.toString(), ends, others.toArray(LoggedEvent[]::new));
	}

	LoggedEvent at(int index) {
		int start = (index > 0) ? this.ends[index - 1] : 0;
		if (this.ends[index] > start) {
			return new LoggedEvent(index + 1L, new GenerationEvent.Delta(this.text.substring(start, this.ends[index])));
		}
		return other(index + 1L);
	}

	private LoggedEvent other(long sequence) {
		int low = 0;
		int high = this.others.length - 1;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.others[middle].sequence() < sequence) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return this.others[low];
	}

	/** How many there are. */
	int size() {
		return this.ends.length;
	}

	/** About what it holds, the other events aside. */
	int bytes() {
		return 2 * this.text.length() + 4 * this.ends.length;
	}

	LoggedEvent[] others() {
		return this.others;
	}

}
