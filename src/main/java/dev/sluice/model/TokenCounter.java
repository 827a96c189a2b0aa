package dev.sluice.model;

import java.util.OptionalLong;

/**
 * Counts the tokens of a prompt as its model does. It asks the provider, so it takes a
 * while and may cost quota; whoever is in a hurry estimates.
 */
public interface TokenCounter {

	/**
	 * The input tokens of the request; empty if the provider cannot count them for this
	 * model, or not now.
	 */
	OptionalLong countTokens(ModelRequest request);

}
