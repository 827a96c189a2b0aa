package dev.sluice.model.message;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the model should answer; what is {@code null} or empty is left to the model.
 *
 * @param maxTokens most output tokens, at least 1
 * @param temperature 0 to 1
 * @param topP 0 to 1
 * @param stopSequences texts that end the answer
 */
public record Parameters(@Nullable Integer maxTokens, @Nullable Double temperature, @Nullable Double topP,
		List<String> stopSequences) {

	public static final Parameters DEFAULTS = new Parameters(null, null, null, List.of());

	public Parameters {
		stopSequences = List.copyOf(stopSequences);
	}

}
