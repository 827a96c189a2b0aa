package dev.sluice.model.message;

/**
 * Tokens of one call. {@code inputTokens} leaves out those read from or written to the
 * provider's prompt cache.
 *
 * @param estimated whether Sluice counted because the provider never told (a cancelled or
 * broken call)
 */
public record Usage(long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens,
		boolean estimated) {

	public static final Usage NONE = new Usage(0, 0, 0, 0, false);

	public static Usage of(long inputTokens, long outputTokens) {
		return new Usage(inputTokens, outputTokens, 0, 0, false);
	}

}
