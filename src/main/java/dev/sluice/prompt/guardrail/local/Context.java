package dev.sluice.prompt.guardrail.local;

import java.util.Arrays;

/** The keywords that were passed last. */
final class Context {

	/** How far a keyword is felt at most. */
	static final int REACH = 80;

	private static final int SIZE = 16;

	private final int[] starts = new int[SIZE];

	private final int[] ends = new int[SIZE];

	private final long[] kinds = new long[SIZE];

	private int count;

	/** From here on no value is expected that is not a number. */
	private int alive = Integer.MIN_VALUE;

	void clear() {
		this.count = 0;
		this.alive = Integer.MIN_VALUE;
		Arrays.fill(this.kinds, 0);
	}

	void shift(int dropped) {
		for (int index = 0; index < SIZE; index++) {
			this.starts[index] -= dropped;
			this.ends[index] -= dropped;
		}
		this.alive = (this.alive == Integer.MIN_VALUE) ? this.alive : Math.max(this.alive - dropped, -Tape.BEHIND);
	}

	void add(long kinds, int start, int end) {
		int place = this.count++ & (SIZE - 1);
		this.starts[place] = start;
		this.ends[place] = end;
		this.kinds[place] = kinds;
		if ((kinds & Keyword.KEYED) != 0) {
			this.alive = end + REACH;
		}
	}

	boolean alive(int position) {
		return position < this.alive;
	}

	/** The meanings of the keywords that end at most so far before the position. */
	long near(int position, int distance) {
		long near = 0;
		for (int index = 0; index < SIZE; index++) {
			if (this.ends[index] + distance >= position) {
				near |= this.kinds[index];
			}
		}
		return near;
	}

	/** The nearest keyword with one of the meanings, counted from the last one, or -1. */
	int last(long wanted, int from) {
		for (int back = Math.max(from, 0); back < Math.min(SIZE, this.count); back++) {
			if ((this.kinds[place(back)] & wanted) != 0) {
				return back;
			}
		}
		return -1;
	}

	int start(int back) {
		return this.starts[place(back)];
	}

	int end(int back) {
		return this.ends[place(back)];
	}

	long kinds(int back) {
		return (back < Math.min(SIZE, this.count)) ? this.kinds[place(back)] : 0;
	}

	private int place(int back) {
		return (this.count - 1 - back) & (SIZE - 1);
	}

}
