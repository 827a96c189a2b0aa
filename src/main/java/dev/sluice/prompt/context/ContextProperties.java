package dev.sluice.prompt.context;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much of a model's window a prompt may take.
 *
 * @param outputReserve tokens kept free for the answer where a request names no
 * `maxTokens`; never more than a quarter of the window or the model's longest answer
 * @param safetyMargin by how many percent an estimate may be wrong without harm, 0 to 50
 */
@ConfigurationProperties("sluice.prompt.context")
public record ContextProperties(@DefaultValue("4096") int outputReserve, @DefaultValue("5") int safetyMargin) {

	private static final int MOST_MARGIN = 50;

	public ContextProperties {
		if (outputReserve < 1) {
			throw new IllegalArgumentException("sluice.prompt.context.output-reserve must be at least 1");
		}
		if (safetyMargin < 0 || safetyMargin > MOST_MARGIN) {
			throw new IllegalArgumentException(
					"sluice.prompt.context.safety-margin is a percentage from 0 to " + MOST_MARGIN);
		}
	}

	/** The tokens that are kept free for the answer. */
	int answer(ModelWindow window, @Nullable Integer maxTokens) {
		int answer = (maxTokens != null) ? maxTokens : Math.min(this.outputReserve, window.contextTokens() / 4);
		return (window.outputTokens() > 0) ? Math.min(answer, window.outputTokens()) : answer;
	}

	/** Most tokens that a prompt may be estimated at. */
	long room(ModelWindow window, int answer) {
		return Math.max(0, window.contextTokens() - (long) answer) * 100 / (100 + this.safetyMargin);
	}

}
