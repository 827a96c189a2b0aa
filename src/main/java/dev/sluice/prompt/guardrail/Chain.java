package dev.sluice.prompt.guardrail;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** All looks at one text as it comes, one after the other. */
final class Chain {

	private final List<Screen> screens;

	private final @Nullable Screen observer;

	private final StringBuilder in = new StringBuilder();

	private final StringBuilder out = new StringBuilder();

	/** Half of a character, which goes out with its other half. */
	private char half;

	/**
	 * A chain.
	 * @param observer sees the text as it comes, and changes nothing
	 */
	Chain(List<Screen> screens, @Nullable Screen observer) {
		this.screens = screens;
		this.observer = observer;
	}

	/** What may go out of a piece and of what was held before. */
	String accept(String piece) {
		if (this.observer != null) {
			this.out.setLength(0);
			this.observer.accept(piece, this.out);
		}
		CharSequence text = piece;
		for (Screen screen : this.screens) {
			text = pass(screen, text, false);
		}
		return whole(text);
	}

	/** The rest. */
	String finish() {
		if (this.observer != null) {
			this.out.setLength(0);
			this.observer.finish(this.out);
		}
		CharSequence text = "";
		for (Screen screen : this.screens) {
			text = pass(screen, text, true);
		}
		String rest = (this.half != 0) ? this.half + text.toString() : text.toString();
		this.half = 0;
		return rest;
	}

	/** Whether anything came out other than it went in. */
	boolean changed() {
		return this.screens.stream().anyMatch(Screen::changed);
	}

	int held() {
		int held = (this.half != 0) ? 1 : 0;
		for (Screen screen : this.screens) {
			held += screen.held();
		}
		return held;
	}

	private CharSequence pass(Screen screen, CharSequence text, boolean last) {
		this.out.setLength(0);
		if (!text.isEmpty()) {
			screen.accept(text, this.out);
		}
		if (last) {
			screen.finish(this.out);
		}
		// The next screen reads what this one wrote.
		this.in.setLength(0);
		this.in.append(this.out);
		return this.in;
	}

	private String whole(CharSequence text) {
		int length = text.length();
		if (length == 0) {
			return "";
		}
		String before = (this.half != 0) ? Character.toString(this.half) : "";
		this.half = 0;
		char last = text.charAt(length - 1);
		if (Character.isHighSurrogate(last)) {
			this.half = last;
			length--;
		}
		return before + text.subSequence(0, length);
	}

}
