package dev.sluice.prompt.guardrail;

/**
 * A look at one text as it comes. What comes out is the same however the text was cut.
 */
interface Screen {

	/** Takes the next piece, and adds to {@code out} what may go on. */
	void accept(CharSequence piece, StringBuilder out);

	/** Takes the end of the text, and adds the rest. */
	void finish(StringBuilder out);

	/** How many of the characters that were taken are not decided yet. */
	int held();

	/** Whether anything came out other than it went in. */
	boolean changed();

}
