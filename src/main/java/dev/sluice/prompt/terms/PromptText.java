package dev.sluice.prompt.terms;

import java.util.Arrays;

/**
 * A text of a prompt, and which parts of it the caller gave. The rest was written by the
 * template's author and is not looked at by guardrails.
 *
 * @param text the whole text
 * @param given start and end (exclusive) of each part that the caller gave, in pairs and
 * in order
 */
public record PromptText(String text, int[] given) {

	/** A text that the caller gave as a whole. */
	public static PromptText given(String text) {
		return new PromptText(text, new int[] { 0, text.length() });
	}

	/** A text of the template's author. */
	public static PromptText authored(String text) {
		return new PromptText(text, new int[0]);
	}

	/** Whether the caller gave any of the characters from start to end (exclusive). */
	public boolean isGiven(int start, int end) {
		for (int i = 0; i < this.given.length; i += 2) {
			if (start < this.given[i + 1] && end > this.given[i]) {
				return true;
			}
		}
		return false;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof PromptText that && this.text.equals(that.text) && Arrays.equals(this.given, that.given);
	}

	@Override
	public int hashCode() {
		return 31 * this.text.hashCode() + Arrays.hashCode(this.given);
	}

}
