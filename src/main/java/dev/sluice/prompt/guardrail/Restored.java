package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;

/** Where in the text of an answer something was restored, so that it can be undone. */
final class Restored {

	private record Place(int start, int end, String placeholder) {
	}

	private final List<Place> places = new ArrayList<>();

	/** Characters of the text that were passed. */
	private int passed;

	void pass(int characters) {
		this.passed += characters;
	}

	/** What stands for a placeholder is passed. */
	void restore(String placeholder, String value) {
		this.places.add(new Place(this.passed, this.passed + value.length(), placeholder));
		this.passed += value.length();
	}

	/** Forgets what lies beyond so many characters: it was not released. */
	void cut(int released) {
		while (!this.places.isEmpty() && this.places.getLast().end() > released) {
			this.places.removeLast();
		}
	}

	/** The text with the placeholders; it may end earlier, or have more behind it. */
	String undo(String text) {
		StringBuilder masked = new StringBuilder(text.length());
		int done = 0;
		for (Place place : this.places) {
			if (place.start() >= text.length()) {
				break;
			}
			masked.append(text, done, place.start()).append(place.placeholder());
			done = Math.min(place.end(), text.length());
		}
		return masked.append(text, done, text.length()).toString();
	}

}
