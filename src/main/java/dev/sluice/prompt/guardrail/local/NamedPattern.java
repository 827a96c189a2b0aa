package dev.sluice.prompt.guardrail.local;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regex of one's own, of RE2's kind: without back references and look-around, and in
 * return linear in the text.
 *
 * @param maxLength how much of a match counts, in characters: one that could be longer is
 * cut there, and what follows is looked at anew. A stream is held back by as many. One
 * less than the hold-back is the most
 */
public record NamedPattern(String name, String pattern, int maxLength) {

	private static final int LONGEST = 1000;

	public NamedPattern {
		if (name.isBlank()) {
			throw new IllegalArgumentException("A pattern needs a name");
		}
		if (maxLength < 1) {
			throw new IllegalArgumentException("The longest match of the pattern \"" + name + "\" must be at least 1");
		}
		if (pattern.isEmpty() || pattern.length() > LONGEST) {
			throw new IllegalArgumentException(
					"The pattern \"" + name + "\" must have 1 to " + LONGEST + " characters");
		}
		compile(name, pattern);
	}

	Pattern compiled() {
		return compile(this.name, this.pattern);
	}

	private static Pattern compile(String name, String pattern) {
		try {
			return Pattern.compile(pattern);
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException("The pattern \"" + name + "\" is not a regex of RE2's kind: "
					+ ex.getDescription() + ", near position " + ex.getIndex(), ex);
		}
	}

}
