package dev.sluice.prompt.context;

import dev.sluice.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a text or a message weighs before anybody has tokenized it.
 *
 * @param guess tokens by the kind of its characters
 * @param most what no tokenizer exceeds: a token has at least one byte
 * @param media tokens of what is no text
 */
record Weight(double guess, long most, long media) {

	static final Weight NONE = new Weight(0, 0, 0);

	/** What surrounds a message, in tokens. */
	static final int FRAME = 4;

	/** A blank begins a word, with which it is one token; more of them say nothing. */
	private static final int WORD = 450;

	private static final int RUN = 30;

	/**
	 * Thousandths of a token per ASCII character, fitted to prose, markdown, source code
	 * and JSON.
	 */
	private static final int[] ASCII = ascii();

	static Weight of(Message message) {
		Scan scan = new Scan();
		long media = Texts.of(message, scan::add);
		return new Weight(scan.guess + FRAME, scan.most + FRAME, media);
	}

	static Weight ofSystem(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			return NONE;
		}
		Scan scan = new Scan();
		scan.add(text);
		return new Weight(scan.guess + FRAME, scan.most + FRAME, 0);
	}

	/** Guesses the tokens of characters from start to end (exclusive). */
	static double guess(String text, int start, int end) {
		Scan scan = new Scan();
		scan.add(text, start, end);
		return scan.guess;
	}

	Weight plus(Weight other) {
		return new Weight(this.guess + other.guess, this.most + other.most, this.media + other.media);
	}

	private static int[] ascii() {
		int[] tokens = new int[128];
		for (int c = 0; c < tokens.length; c++) {
			if (Character.isLowerCase(c)) {
				tokens[c] = 140;
			}
			else if (Character.isUpperCase(c)) {
				tokens[c] = 300;
			}
			else if (Character.isDigit(c)) {
				tokens[c] = 450;
			}
			else if (c == ' ') {
				tokens[c] = WORD;
			}
			else if (c == '\t') {
				tokens[c] = 30;
			}
			else {
				tokens[c] = 550;
			}
		}
		return tokens;
	}

	private static final class Scan {

		private double guess;

		private long most;

		private void add(String text) {
			add(text, 0, text.length());
		}

		private void add(String text, int start, int end) {
			long guess = 0;
			long bytes = end - (long) start;
			char before = 0;
			for (int i = start; i < end; i++) {
				char c = text.charAt(i);
				if (c < 0x80) {
					guess += (c == ' ' && before == ' ') ? RUN : ASCII[c];
				}
				else if (c < 0x800) {
					guess += 700;
					bytes++;
				}
				else if (Character.isSurrogate(c)) {
					guess += 1_200;
					bytes++;
				}
				else {
					guess += 1_100;
					bytes += 2;
				}
				before = c;
			}
			this.guess += guess / 1_000.0;
			this.most += bytes;
		}

	}

}
