package dev.sluice.prompt.guardrail.local;

/**
 * Finds denied words, also where they are disguised: by letters of other alphabets, by
 * signs and digits for letters, by what is not seen, and by letters set apart from each
 * other.
 */
final class WordScan {

	/** Blanks between letters that are set apart; between their words there are more. */
	private static final int WIDEST_BLANK = 3;

	private static final char[] ASCII = new char[128];

	static {
		for (char c = 0; c < 128; c++) {
			String skeleton = Skeleton.of(c);
			ASCII[c] = skeleton.isEmpty() ? Tape.NONE : skeleton.charAt(0);
		}
	}

	private final WordList list;

	private final Tape tape;

	private final Regions regions;

	/** The longest find that counts, with all that is skipped in it. */
	private final int longest;

	private final int mask;

	/** The elements that were read last: what they are and where they stand. */
	private final char[] plain;

	private final int[] starts;

	private final int[] ends;

	private int elements;

	private int state;

	/**
	 * The elements that stand alone, each parted from the next by one character or a few
	 * blanks.
	 */
	private final char[] alonePlain;

	private final int[] aloneStarts;

	private int alone;

	private int aloneState;

	/** What is known of the characters between two words. */
	private int gap;

	private boolean gapSpace;

	private boolean gapBlank;

	private boolean gapStop;

	private int wordLength;

	/** Finds that count if no letter follows. */
	private int pendingStart;

	private int pendingEnd;

	private int position;

	WordScan(WordList list, Tape tape, Regions regions) {
		this.list = list;
		this.tape = tape;
		this.regions = regions;
		this.longest = tape.holdBack - 2;
		int size = Integer.highestOneBit(list.longest + 2) * 2;
		this.mask = size - 1;
		this.plain = new char[size];
		this.starts = new int[size];
		this.ends = new int[size];
		this.alonePlain = new char[size];
		this.aloneStarts = new int[size];
		clear();
	}

	void clear() {
		this.elements = 0;
		this.state = 0;
		this.alone = 0;
		this.aloneState = 0;
		this.gap = 1;
		this.gapSpace = false;
		this.gapBlank = true;
		this.gapStop = true;
		this.wordLength = 0;
		this.pendingStart = -1;
		this.position = 0;
	}

	void shift(int dropped) {
		this.position -= dropped;
		this.pendingStart = (this.pendingStart == -1) ? -1 : this.pendingStart - dropped;
		this.pendingEnd -= dropped;
		for (int index = 0; index <= this.mask; index++) {
			this.starts[index] -= dropped;
			this.ends[index] -= dropped;
			this.aloneStarts[index] -= dropped;
		}
	}

	/** All before it is decided. */
	int decided() {
		int decided = this.position;
		int depth = this.list.depth(this.state);
		if (depth > 0) {
			decided = Math.min(decided, this.starts[this.elements - depth & this.mask]);
		}
		if (this.pendingStart != -1) {
			decided = Math.min(decided, this.pendingStart);
		}
		int spread = this.list.spread.depth(this.aloneState);
		if (spread > 0) {
			decided = Math.min(decided, this.aloneStarts[this.alone - spread & this.mask]);
		}
		if (this.wordLength == 1) {
			decided = Math.min(decided, this.starts[this.elements - 1 & this.mask]);
		}
		return Math.max(decided, this.position - this.longest);
	}

	void run() {
		char[] chars = this.tape.chars;
		while (this.position < this.tape.end) {
			char c = chars[this.position];
			int from = this.position;
			if (c < 128) {
				if (ASCII[c] != Tape.NONE) {
					element(ASCII[c], from, from + 1);
				}
				this.position = from + 1;
				continue;
			}
			int codePoint = c;
			int to = from + 1;
			if (Character.isHighSurrogate(c)) {
				if (to == this.tape.end && !this.tape.last) {
					return;
				}
				if (to < this.tape.end && Character.isLowSurrogate(chars[to])) {
					codePoint = Character.toCodePoint(c, chars[to++]);
				}
			}
			String skeleton = Skeleton.of(codePoint);
			for (int index = 0; index < skeleton.length(); index++) {
				element(skeleton.charAt(index), from, to);
			}
			this.position = to;
		}
		if (this.tape.last) {
			wordEnds();
			accept();
			this.state = 0;
			this.aloneState = 0;
			this.wordLength = 0;
		}
	}

	private void element(char c, int from, int to) {
		boolean word = Skeleton.word(c);
		if (!word && !Skeleton.sign(c)) {
			accept();
			if (this.gap == 0) {
				wordEnds();
			}
			this.gap++;
			this.gapSpace |= c <= ' ';
			this.gapBlank &= c <= ' ';
			this.gapStop |= c == '.' || c == ';' || c == ':' || c == '?';
			return;
		}
		if (this.pendingStart != -1 && word && Skeleton.apart(c)) {
			this.pendingStart = -1;
		}
		accept();
		if (this.gap > 0) {
			if (this.gap != 1 && (!this.gapBlank || this.gap > WIDEST_BLANK)) {
				this.aloneState = 0;
			}
			if (this.gapSpace && this.gapStop || this.gap > 4) {
				this.state = 0;
				push('\n', from, from);
			}
			else {
				push(' ', this.ends[this.elements - 1 & this.mask], from);
				this.state = this.list.step(this.state, ' ');
			}
			this.gap = 0;
			this.gapSpace = false;
			this.gapBlank = true;
			this.gapStop = false;
			this.wordLength = 0;
		}
		push(c, from, to);
		this.wordLength++;
		this.state = this.list.step(this.state, Skeleton.fold(c));
		for (int ending = this.list.ending(this.state); ending != 0; ending = this.list.next(ending)) {
			String found = this.list.word(ending);
			int first = this.elements - found.length();
			int start = this.starts[first & this.mask];
			if (to - start <= this.longest && bounded(found, first) && same(found, this.plain, first)
					&& (this.pendingStart == -1 || start < this.pendingStart)) {
				if (Skeleton.apart(found.charAt(found.length() - 1))) {
					this.pendingStart = start;
					this.pendingEnd = to;
				}
				else {
					this.regions.add(Regions.WORD, start, to);
				}
			}
		}
	}

	private void push(char c, int from, int to) {
		int place = this.elements++ & this.mask;
		this.plain[place] = c;
		this.starts[place] = from;
		this.ends[place] = to;
	}

	/** Whether no letter stands before. */
	private boolean bounded(String found, int first) {
		if (first == 0 || !Skeleton.apart(found.charAt(0))) {
			return true;
		}
		char before = this.plain[first - 1 & this.mask];
		return !Skeleton.word(before) || !Skeleton.apart(before);
	}

	/** Whether not too many of the letters are only hinted at. */
	private boolean same(String found, char[] plain, int first) {
		int hints = 0;
		for (int index = 0; index < found.length(); index++) {
			char wanted = found.charAt(index);
			char there = plain[first + index & this.mask];
			if (wanted != there) {
				if (Skeleton.word(there) && (there < '0' || there > '9') || wanted >= '0' && wanted <= '9') {
					return false;
				}
				hints++;
			}
		}
		return hints * 2 <= found.length();
	}

	/** A word of one letter may be a part of one that is spread out. */
	private void wordEnds() {
		if (this.wordLength != 1) {
			this.aloneState = 0;
			return;
		}
		int last = this.elements - 1 & this.mask;
		char c = this.plain[last];
		int place = this.alone++ & this.mask;
		this.alonePlain[place] = c;
		this.aloneStarts[place] = this.starts[last];
		this.aloneState = this.list.spread.step(this.aloneState, Skeleton.fold(c));
		for (int ending = this.list.spread.ending(this.aloneState); ending != 0; ending = this.list.spread
			.next(ending)) {
			String found = this.list.spread.word(ending);
			int first = this.alone - found.length();
			int start = this.aloneStarts[first & this.mask];
			if (found.length() > 2 && this.ends[last] - start <= this.longest && same(found, this.alonePlain, first)) {
				this.regions.add(Regions.WORD, start, this.ends[last]);
			}
		}
	}

	private void accept() {
		if (this.pendingStart != -1) {
			this.regions.add(Regions.WORD, this.pendingStart, this.pendingEnd);
			this.pendingStart = -1;
		}
	}

}
