package dev.sluice.model.message;

/**
 * Something that a guardrail found; never the text itself.
 *
 * @param type what it is, by Bedrock's name where it has one, such as {@code EMAIL}
 */
public record Finding(String type, Stage stage, Action action) {

	/** Where it was found. */
	public enum Stage {

		INPUT, OUTPUT

	}

	/** What was done about it, from the least to the most. */
	public enum Action {

		FLAG, MASK, BLOCK

	}

}
