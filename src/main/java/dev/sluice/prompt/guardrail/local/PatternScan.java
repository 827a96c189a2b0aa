package dev.sluice.prompt.guardrail.local;

import com.google.re2j.Matcher;

/**
 * Finds one regex. Whether something matches at a position is decided from the longest
 * match and one character more from there on.
 */
final class PatternScan {

	private final Tape tape;

	private final Regions regions;

	private final Matcher matcher;

	private final int longest;

	private final int code;

	private final View view;

	/** All before it is decided. */
	private int position;

	PatternScan(NamedPattern pattern, int code, Tape tape, Regions regions) {
		this.tape = tape;
		this.regions = regions;
		this.code = code;
		this.longest = Math.min(pattern.maxLength(), tape.holdBack - 1);
		this.view = new View(tape);
		this.matcher = pattern.compiled().matcher("");
	}

	void clear() {
		this.position = 0;
	}

	void shift(int dropped) {
		this.position -= dropped;
	}

	int position() {
		return this.position;
	}

	void run() {
		int decided = this.tape.last ? this.tape.end : this.tape.end - this.longest;
		while (this.position < decided) {
			int to = Math.min(this.tape.end, this.position + 2 * this.longest + 64);
			int known = (to == this.tape.end) ? decided : Math.min(decided, to - this.longest);
			int start = start(this.position, to);
			if (start < 0 || start >= known) {
				this.position = known;
				continue;
			}
			int end = end(start, this.longest + 1);
			if (end - start > this.longest) {
				end = end(start, this.longest);
			}
			if (end > start) {
				this.regions.add(this.code, start, end);
				this.position = end;
			}
			else {
				this.position = start + 1;
			}
		}
	}

	/** Where a match may start at the earliest, or -1. */
	private int start(int from, int to) {
		this.view.end = to;
		this.matcher.reset(this.view);
		return this.matcher.find(from) ? this.matcher.start() : -1;
	}

	/** Where the match ends that starts there, in a text cut so far behind; or -1. */
	private int end(int start, int length) {
		this.view.end = Math.min(this.tape.end, start + length);
		this.matcher.reset(this.view);
		return (this.matcher.find(start) && this.matcher.start() == start) ? this.matcher.end() : -1;
	}

	/** The tape, as if it ended earlier. */
	private static final class View implements CharSequence {

		private final Tape tape;

		private int end;

		View(Tape tape) {
			this.tape = tape;
		}

		@Override
		public int length() {
			return this.end;
		}

		@Override
		public char charAt(int index) {
			return this.tape.chars[index];
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this.tape.subSequence(start, end);
		}

		@Override
		public String toString() {
			return new String(this.tape.chars, 0, this.end);
		}

	}

}
