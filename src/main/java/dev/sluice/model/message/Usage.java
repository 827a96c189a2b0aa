package dev.sluice.model.message;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one call. {@code inputTokens} leaves out those read from or written to the
 * provider's prompt cache.
 *
 * @param estimated whether Sluice counted because the provider never told (a cancelled or
 * broken call)
 * @param cost what it costs, {@code null} while nobody has said or where no price is
 * known
 */
public record Usage(long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, boolean estimated,
		@Nullable Cost cost) {

	public static final Usage NONE = new Usage(0, 0, 0, 0, false);

	/** Tokens that nobody has put a price to. */
	public Usage(long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, boolean estimated) {
		this(inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, estimated, null);
	}

	public static Usage of(long inputTokens, long outputTokens) {
		return new Usage(inputTokens, outputTokens, 0, 0, false);
	}

	/** The same tokens at this cost. */
	public Usage costing(@Nullable Cost cost) {
		return new Usage(this.inputTokens, this.outputTokens, this.cacheReadTokens, this.cacheWriteTokens,
				this.estimated, cost);
	}

}
