package dev.sluice.prompt.guardrail.bedrock;

import dev.sluice.model.message.Finding;

/**
 * A finding and its place in the text that was given.
 *
 * @param start its first character, -1 where Bedrock does not tell it for certain
 * @param end the character after its last, -1 likewise
 */
public record Located(Finding finding, int start, int end) {

	static Located nowhere(Finding finding) {
		return new Located(finding, -1, -1);
	}

	/** Whether its place is known. */
	public boolean known() {
		return this.start >= 0;
	}

	/** The same in a text that begins so many characters earlier. */
	Located shifted(int offset) {
		return known() ? new Located(this.finding, this.start + offset, this.end + offset) : this;
	}

	/** Whether some of it is before a place, and some after. */
	boolean crosses(int place) {
		return known() && this.start < place && place < this.end;
	}

}
