package dev.sluice.prompt.template;

import java.io.Writer;
import java.util.Arrays;

import dev.sluice.prompt.terms.PromptText;

/** Takes what Mustache writes, fences values and notes where they came to stand. */
final class PromptWriter extends Writer {

	private final StringBuilder text;

	private final int limit;

	private int[] given = new int[8];

	private int ends;

	/**
	 * A writer.
	 * @param limit most characters that are taken
	 */
	PromptWriter(int expected, int limit) {
		this.text = new StringBuilder(expected);
		this.limit = limit;
	}

	@Override
	public Writer append(CharSequence part) {
		if (part instanceof Leaf leaf) {
			append(leaf);
		}
		else {
			this.text.append(part);
		}
		if (this.text.length() > this.limit) {
			throw new RenderingLimitException("With these variables the text becomes longer than it may be");
		}
		return this;
	}

	private void append(Leaf leaf) {
		String opening = leaf.opening();
		if (opening != null) {
			this.text.append(opening);
		}
		int start = this.text.length();
		this.text.append((opening != null) ? Fence.defuse(leaf.text()) : leaf.text());
		if (leaf.given() && this.text.length() > start) {
			note(start, this.text.length());
		}
		if (opening != null) {
			this.text.append(Fence.CLOSING);
		}
	}

	private void note(int start, int end) {
		if (this.ends == this.given.length) {
			this.given = Arrays.copyOf(this.given, this.ends * 2);
		}
		this.given[this.ends++] = start;
		this.given[this.ends++] = end;
	}

	@Override
	public void write(char[] characters, int offset, int length) {
		append(new String(characters, offset, length));
	}

	/** Adds a text of the template's author. */
	void authored(String part) {
		append(part);
	}

	int length() {
		return this.text.length();
	}

	boolean isBlank() {
		for (int i = 0; i < this.text.length(); i++) {
			if (!Character.isWhitespace(this.text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	PromptText toText() {
		return new PromptText(this.text.toString(), Arrays.copyOf(this.given, this.ends));
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
