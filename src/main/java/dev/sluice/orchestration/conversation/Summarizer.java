package dev.sluice.orchestration.conversation;

import java.util.List;

import dev.sluice.model.message.Message;
import dev.sluice.prompt.terms.Caller;
import org.jspecify.annotations.Nullable;

/** Has a model sum up what was said; the call is kept account of as any other. */
public interface Summarizer {

	/**
	 * Sums up messages.
	 * @param model the alias
	 * @param before what was said before them, in short
	 * @return everything in short, {@code null} if the model did not say
	 */
	@Nullable String sumUp(Caller owner, String model, @Nullable String before, List<Message> messages);

}
