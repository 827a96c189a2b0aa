package dev.sluice.benchmarks.driver;

import java.nio.charset.StandardCharsets;

/**
 * Reads the body of one response after another as its bytes come, and proves that it is
 * the whole answer.
 */
abstract class BodyReader {

	interface Deltas {

		void delta(long now);

	}

	private static final byte[] TEXT = "\"text\":\"".getBytes(StandardCharsets.US_ASCII);

	protected final byte[] expected;

	/** How much of the expected text has come. */
	protected int matched;

	/** The first thing that was wrong. */
	protected String problem;

	BodyReader(byte[] expected) {
		this.expected = expected;
	}

	void start() {
		this.matched = 0;
		this.problem = null;
	}

	abstract void read(byte[] bytes, int from, int to, long now);

	/** Called at the end of the body: what is wrong with it, or null. */
	String end() {
		if (this.problem == null && this.matched != this.expected.length) {
			return "%d of %d characters came".formatted(this.matched, this.expected.length);
		}
		return this.problem;
	}

	protected void wrong(String problem) {
		if (this.problem == null) {
			this.problem = problem;
		}
	}

	/** Compares the text with what has to come next. */
	protected void text(byte[] bytes, int from, int to) {
		for (int i = from; i < to; i++) {
			if (this.matched == this.expected.length || bytes[i] != this.expected[this.matched]) {
				wrong("other text than expected at character " + this.matched);
				return;
			}
			this.matched++;
		}
	}

	/**
	 * The same for the value of the first member {@code text}; the expected text needs no
	 * unescaping.
	 */
	protected void jsonText(byte[] bytes, int from, int to) {
		int value = indexOf(bytes, from, to, TEXT);
		if (value < 0) {
			wrong("a delta without text");
			return;
		}
		value += TEXT.length;
		int end = value;
		while (end < to && bytes[end] != '"') {
			end++;
		}
		text(bytes, value, end);
	}

	protected static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
		for (int i = from; i <= to - wanted.length; i++) {
			if (bytes[i] == wanted[0] && matches(bytes, i, wanted)) {
				return i;
			}
		}
		return -1;
	}

	protected static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
		return to - from >= prefix.length && matches(bytes, from, prefix);
	}

	private static boolean matches(byte[] bytes, int at, byte[] wanted) {
		for (int i = 0; i < wanted.length; i++) {
			if (bytes[at + i] != wanted[i]) {
				return false;
			}
		}
		return true;
	}

}
