package dev.sluice.prompt.template;

import org.jspecify.annotations.Nullable;

/**
 * A value that goes into the text as it is, marked so that the writer knows where it came
 * from. Sections on it are taken unless it is empty or false.
 */
final class Leaf implements CharSequence {

	/** A value that is not there. */
	static final Leaf ABSENT = new Leaf("", null, false, true);

	private final String text;

	private final @Nullable String opening;

	private final boolean given;

	private final boolean falsy;

	private Leaf(String text, @Nullable String opening, boolean given, boolean falsy) {
		this.text = text;
		this.opening = opening;
		this.given = given;
		this.falsy = falsy;
	}

	/** A text between the tags of a fence. */
	static Leaf fenced(String text, String opening) {
		return new Leaf(text, opening, true, text.isEmpty());
	}

	/**
	 * A text without a fence.
	 * @param given whether the caller gave it
	 */
	static Leaf plain(String text, boolean given) {
		return new Leaf(text, null, given, text.isEmpty());
	}

	static Leaf of(boolean value, boolean given) {
		return new Leaf(Boolean.toString(value), null, given, !value);
	}

	static Leaf of(Number value, boolean given) {
		return new Leaf(digits(value), null, given, false);
	}

	/** A whole number never reads 3.0, in whatever way it was written. */
	static String digits(Number value) {
		return (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15)
				? Long.toString(number.longValue()) : value.toString();
	}

	/** The opening tag of the fence, {@code null} for none. */
	@Nullable String opening() {
		return this.opening;
	}

	boolean given() {
		return this.given;
	}

	boolean falsy() {
		return this.falsy;
	}

	@Override
	public int length() {
		return this.text.length();
	}

	@Override
	public char charAt(int index) {
		return this.text.charAt(index);
	}

	@Override
	public CharSequence subSequence(int start, int end) {
		return this.text.subSequence(start, end);
	}

	/** The text without its fence. */
	String text() {
		return this.text;
	}

	/** With its fence, whoever asks. */
	@Override
	public String toString() {
		return (this.opening != null) ? this.opening + Fence.defuse(this.text) + Fence.CLOSING : this.text;
	}

}
