package dev.sluice.prompt.context;

/** Counts the tokens of a short text. */
interface Tokenizer {

	/** Whether it can count without anybody waiting for it. */
	boolean ready();

	int count(String piece);

}
