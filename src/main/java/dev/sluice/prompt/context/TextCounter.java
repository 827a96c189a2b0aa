package dev.sluice.prompt.context;

/**
 * Counts texts of any length in pieces, so that no text can make the tokenizer, which
 * takes the square of a word's length, stand still. A piece ends where a word does; a run
 * without an end is cut, which adds a token to the count.
 */
final class TextCounter {

	/** Most characters of a piece. */
	static final int PIECE = 2_048;

	/** Longest text of which every piece is counted unless it matters. */
	static final int WHOLE = 65_536;

	/** How many pieces stand for a longer one. */
	static final int SAMPLES = 16;

	private final Tokenizer tokenizer;

	TextCounter(Tokenizer tokenizer) {
		this.tokenizer = tokenizer;
	}

	boolean ready() {
		return this.tokenizer.ready();
	}

	/** Counts all of the text. */
	long count(String text) {
		if (text.length() <= PIECE) {
			return this.tokenizer.count(text);
		}
		long tokens = 0;
		int start = 0;
		while (start < text.length()) {
			int end = end(text, start);
			tokens += this.tokenizer.count(text.substring(start, end));
			start = end;
		}
		return tokens;
	}

	/**
	 * Counts pieces that lie evenly over the text, and goes from there to the whole by
	 * the kind of its characters.
	 */
	double sample(String text) {
		long tokens = 0;
		double guess = 0;
		long stride = (text.length() - PIECE) / (SAMPLES - 1L);
		for (int i = 0; i < SAMPLES; i++) {
			int start = boundary(text, (int) (i * stride));
			int end = Math.min(text.length(), boundary(text, Math.min(text.length(), start + PIECE)));
			tokens += this.tokenizer.count(text.substring(start, end));
			guess += Weight.guess(text, start, end);
		}
		return Weight.guess(text, 0, text.length()) * tokens / guess;
	}

	private static int end(String text, int start) {
		int furthest = start + PIECE;
		if (furthest >= text.length()) {
			return text.length();
		}
		for (int at = furthest; at > start + PIECE / 2; at--) {
			if (Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(text.charAt(at - 1))) {
				return at;
			}
		}
		return boundary(text, furthest);
	}

	/** Keeps the two halves of a character together. */
	private static int boundary(String text, int at) {
		boolean split = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at))
				&& Character.isHighSurrogate(text.charAt(at - 1));
		return split ? at - 1 : at;
	}

}
