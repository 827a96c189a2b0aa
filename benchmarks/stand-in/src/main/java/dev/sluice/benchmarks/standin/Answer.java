package dev.sluice.benchmarks.standin;

/**
 * The answer of the stand-in: numbered tokens, so that a lost, repeated or swapped one
 * shows, and plain ASCII without anything that JSON escapes.
 */
public final class Answer {

	private Answer() {
	}

	public static String token(int index) {
		return "t%03d ".formatted(index);
	}

	public static String text(int tokens) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < tokens; i++) {
			text.append(token(i));
		}
		return text.toString();
	}

}
