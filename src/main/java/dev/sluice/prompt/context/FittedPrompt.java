package dev.sluice.prompt.context;

import java.util.List;

import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.Message;

/**
 * A prompt as the model takes it: it starts with the user, the roles alternate, and it
 * fits.
 *
 * @param trimmedMessages how many of the messages given were left out
 * @param trimmedTokens how many tokens they have, about
 * @param estimatedTokens how many tokens the model will read, system text included, about
 * @param countedTokens what the tokenizer counted, for {@link ContextBudget#learn}; 0 if
 * it was not asked, or could not count all of it
 */
public record FittedPrompt(List<Message> messages, int trimmedMessages, long trimmedTokens, long estimatedTokens,
		long countedTokens, CachePoints cachePoints) {

	public FittedPrompt {
		messages = List.copyOf(messages);
	}

}
