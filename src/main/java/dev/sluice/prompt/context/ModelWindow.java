package dev.sluice.prompt.context;

/**
 * What a model takes.
 *
 * @param model the name under which its tokens are learned and its meters are kept
 * @param contextTokens most tokens of prompt and answer together; 0 if it is not known,
 * and nothing is trimmed then
 * @param outputTokens most tokens of an answer; 0 if it is not known
 * @param cacheMinimumTokens from how many tokens on the provider keeps a beginning; 0 for
 * no cache points
 * @param maxCachePoints most cache points of one prompt
 */
public record ModelWindow(String model, int contextTokens, int outputTokens, int cacheMinimumTokens,
		int maxCachePoints) {

	/** Whether there is a bound to keep. */
	boolean known() {
		return this.contextTokens > 0;
	}

	boolean caches() {
		return this.cacheMinimumTokens > 0 && this.maxCachePoints > 0;
	}

}
