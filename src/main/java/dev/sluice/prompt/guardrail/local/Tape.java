package dev.sluice.prompt.guardrail.local;

/**
 * The part of a text that is still needed: a little of what was decided, all of what is
 * not. Positions count from the start of this part.
 *
 * <p>
 * Whoever decides about a position looks ahead with {@link #at(int)} only. It shows no
 * more than the hold-back from that position, and remembers when something was asked for
 * that has not come yet. A decision made without that is the same however the text was
 * cut.
 */
final class Tape implements CharSequence {

	/** What may be looked back at. */
	static final int BEHIND = 160;

	/** What stands beyond the ends of a text. */
	static final char NONE = 0;

	private static final int SLICE = 1024;

	final int holdBack;

	final char[] chars;

	/** Characters that are there. */
	int end;

	/** The position of the first of them in the whole text. */
	int base;

	/** Whether no more will come. */
	boolean last;

	/** Whether something was looked for that has not come yet. */
	boolean starved;

	private int limit;

	private int horizon;

	Tape(int holdBack) {
		this.holdBack = holdBack;
		this.chars = new char[BEHIND + holdBack + SLICE];
	}

	void clear() {
		this.end = 0;
		this.base = 0;
		this.last = false;
		this.starved = false;
	}

	int room() {
		return this.chars.length - this.end;
	}

	/** Drops what lies far enough before the frontier, and says how much that was. */
	int trim(int frontier) {
		int dropped = frontier - BEHIND;
		if (dropped <= 0) {
			return 0;
		}
		System.arraycopy(this.chars, dropped, this.chars, 0, this.end - dropped);
		this.end -= dropped;
		this.base += dropped;
		return dropped;
	}

	void append(CharSequence piece, int from, int to) {
		if (piece instanceof String string) {
			string.getChars(from, to, this.chars, this.end);
		}
		else {
			for (int index = from, place = this.end; index < to; index++, place++) {
				this.chars[place] = piece.charAt(index);
			}
		}
		this.end += to - from;
	}

	/** From here on positions are looked at as seen from this one. */
	void decide(int position) {
		this.horizon = position + this.holdBack;
		this.limit = Math.min(this.end, this.horizon);
		this.starved = false;
	}

	char at(int index) {
		return (index < this.limit) ? this.chars[index] : beyond(index);
	}

	private char beyond(int index) {
		if (index < this.horizon && !this.last) {
			this.starved = true;
		}
		return NONE;
	}

	/** A character at most {@link #BEHIND} before the position that is being decided. */
	char before(int index) {
		return (index >= 0) ? this.chars[index] : NONE;
	}

	@Override
	public int length() {
		return this.end;
	}

	@Override
	public char charAt(int index) {
		return this.chars[index];
	}

	@Override
	public CharSequence subSequence(int start, int end) {
		return new String(this.chars, start, end - start);
	}

	@Override
	public String toString() {
		return new String(this.chars, 0, this.end);
	}

}
