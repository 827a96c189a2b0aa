package dev.sluice.prompt.guardrail.local;

import org.jspecify.annotations.Nullable;

/** What the rules say about one position, before it is certain. */
final class Find {

	private static final PiiType[] TYPES = PiiType.values();

	private final long wanted;

	private final int[] starts = new int[16];

	private final int[] ends = new int[16];

	private final int[] codes = new int[16];

	private int count;

	/** How something goes on whose end is not known, or null. */
	@Nullable Rest rest;

	int restCode;

	int restStart;

	int restFrom;

	Find(long wanted) {
		this.wanted = wanted;
	}

	void clear() {
		this.count = 0;
		this.rest = null;
	}

	boolean wants(PiiType type) {
		return (this.wanted & type.bit()) != 0;
	}

	boolean wantsAny(long types) {
		return (this.wanted & types) != 0;
	}

	void add(PiiType type, int start, int end) {
		if (this.count < this.starts.length && wants(type)) {
			this.codes[this.count] = type.ordinal();
			this.starts[this.count] = start;
			this.ends[this.count++] = end;
		}
	}

	/** Starts here, is certain, and goes on from a position as the rest says. */
	void open(PiiType type, int start, int from, Rest rest) {
		if (wants(type) && this.rest == null) {
			this.rest = rest;
			this.restCode = type.ordinal();
			this.restStart = start;
			this.restFrom = from;
		}
	}

	boolean isEmpty() {
		return this.count == 0;
	}

	/** The end of the last of them. */
	int end() {
		int end = 0;
		for (int index = 0; index < this.count; index++) {
			end = Math.max(end, this.ends[index]);
		}
		return end;
	}

	/** The end of the one of that type, or 0. */
	int end(PiiType type) {
		for (int index = 0; index < this.count; index++) {
			if (this.codes[index] == type.ordinal()) {
				return this.ends[index];
			}
		}
		return 0;
	}

	void tell(Regions regions) {
		for (int index = 0; index < this.count; index++) {
			regions.add(this.codes[index], this.starts[index], this.ends[index]);
		}
	}

	static PiiType type(int code) {
		return TYPES[code];
	}

}
