package dev.sluice.prompt.guardrail.local;

/**
 * Where something was found.
 *
 * @param type the name of a {@link PiiType}, the name of a {@link NamedPattern}, or
 * {@link #WORD}
 */
public record Span(int start, int end, String type) {

	/** The type of a denied word or phrase. */
	public static final String WORD = "WORD";

}
