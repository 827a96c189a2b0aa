package dev.sluice.prompt.guardrail.local;

import java.util.Arrays;

/**
 * What was found and not told yet. Finds that overlap become one region, named after its
 * longest part. Positions are those of the tape.
 */
final class Regions {

	/**
	 * The first code that is not that of a {@link PiiType}: that of the first pattern.
	 */
	static final int PATTERNS = 64;

	static final int WORD = Integer.MAX_VALUE;

	private static final PiiType[] PII = PiiType.values();

	private int[] starts = new int[8];

	private int[] ends = new int[8];

	private int[] codes = new int[8];

	private int count;

	/** The beginning of a find whose end is not known, or -1. */
	private int openStart = -1;

	private int openCode;

	/** Whether that is part of the region that is being passed. */
	private boolean openPassed;

	private boolean inside;

	private int start;

	private int end;

	private int code;

	private int length;

	/** All before it was told. */
	private int told;

	interface Out {

		void text(int from, int to);

		/** Part of a region that goes on. */
		void inside(int from, int to);

		void found(int code, int start, int end);

	}

	void clear() {
		this.count = 0;
		this.openStart = -1;
		this.openPassed = false;
		this.inside = false;
		this.told = 0;
	}

	int told() {
		return this.told;
	}

	void shift(int dropped) {
		this.told -= dropped;
		this.start -= dropped;
		this.end -= dropped;
		this.openStart = (this.openStart == -1) ? -1 : this.openStart - dropped;
		for (int index = 0; index < this.count; index++) {
			this.starts[index] -= dropped;
			this.ends[index] -= dropped;
		}
	}

	void add(int code, int start, int end) {
		if (this.count == this.starts.length) {
			this.starts = Arrays.copyOf(this.starts, this.count * 2);
			this.ends = Arrays.copyOf(this.ends, this.count * 2);
			this.codes = Arrays.copyOf(this.codes, this.count * 2);
		}
		int place = this.count++;
		while (place > 0 && this.starts[place - 1] > start) {
			this.starts[place] = this.starts[place - 1];
			this.ends[place] = this.ends[place - 1];
			this.codes[place] = this.codes[place - 1];
			place--;
		}
		this.starts[place] = start;
		this.ends[place] = end;
		this.codes[place] = code;
	}

	void open(int code, int start) {
		this.openStart = start;
		this.openCode = code;
		this.openPassed = false;
	}

	void close(int end) {
		int start = this.openStart;
		boolean passed = this.openPassed;
		this.openStart = -1;
		this.openPassed = false;
		if (passed) {
			absorb(this.openCode, start, end);
		}
		else {
			add(this.openCode, start, end);
		}
	}

	/** Tells all before the frontier; nothing that starts before it will be added. */
	void release(int frontier, Out out) {
		while (this.told < frontier || this.inside && !this.openPassed && this.told == this.end) {
			if (this.inside) {
				int taken = 0;
				while (taken < this.count && this.starts[taken] < (this.openPassed ? frontier : this.end)) {
					absorb(this.codes[taken], this.starts[taken], this.ends[taken]);
					taken++;
				}
				remove(taken);
				if (this.openStart != -1 && !this.openPassed && this.openStart < this.end) {
					this.openPassed = true;
				}
				int to = this.openPassed ? frontier : Math.min(frontier, this.end);
				out.inside(this.told, to);
				this.told = to;
				if (!this.openPassed && to == this.end) {
					this.inside = false;
					out.found(this.code, this.start, this.end);
				}
			}
			else {
				boolean open = this.openStart != -1 && (this.count == 0 || this.openStart <= this.starts[0]);
				int next = open ? this.openStart : (this.count > 0) ? this.starts[0] : frontier;
				int to = Math.min(next, frontier);
				if (to > this.told) {
					out.text(this.told, to);
					this.told = to;
				}
				if (next < frontier) {
					this.inside = true;
					this.start = next;
					this.end = next;
					this.length = 0;
					this.openPassed = open;
					if (!open) {
						absorb(this.codes[0], this.starts[0], this.ends[0]);
						remove(1);
					}
				}
			}
		}
	}

	private void absorb(int code, int start, int end) {
		int length = end - start;
		if (this.length == 0 || better(code, length)) {
			this.code = code;
			this.length = length;
		}
		this.end = Math.max(this.end, end);
	}

	private boolean better(int code, int length) {
		if (code < PATTERNS && this.code < PATTERNS) {
			boolean secret = PII[code].secret();
			if (secret != PII[this.code].secret()) {
				return secret;
			}
		}
		return length > this.length || length == this.length && rank(code) < rank(this.code);
	}

	private static int rank(int code) {
		return (code >= PATTERNS && code != WORD) ? code - Integer.MAX_VALUE : code;
	}

	private void remove(int taken) {
		if (taken > 0) {
			this.count -= taken;
			System.arraycopy(this.starts, taken, this.starts, 0, this.count);
			System.arraycopy(this.ends, taken, this.ends, 0, this.count);
			System.arraycopy(this.codes, taken, this.codes, 0, this.count);
		}
	}

}
