package dev.sluice.orchestration.conversation;

import java.util.List;

import dev.sluice.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * The right to add to a conversation, which one generation has at a time, and what was
 * said before it. It ends by {@link #add} or {@link #release}, whichever comes first;
 * later calls do nothing.
 */
public interface Turn {

	/**
	 * What was said before, as a model takes it: it begins with the user, the roles
	 * alternate, it ends with the assistant, and every tool that is called has its
	 * result. Of a long conversation the newest messages. To be asked for once: the turn
	 * does not keep them while the model answers.
	 */
	List<Message> history();

	/** How many of the oldest messages are not in the history. */
	long omitted();

	/** What was said before the history, in short, if somebody summed it up. */
	@Nullable String summary();

	/**
	 * Adds what was asked and answered, and ends the turn. Blocks for a few seconds at
	 * most; if the store cannot be reached it goes on trying behind, and the turn lasts
	 * until it has succeeded or given up.
	 * @param asked the messages of this turn, the user's first
	 * @param answer what the assistant said
	 * @param model the alias that answered
	 * @param partial whether the answer was cut short
	 * @param unread how many of the history's oldest messages did not fit the model's
	 * window
	 */
	void add(List<Message> asked, Message answer, String model, boolean partial, int unread);

	/** Ends the turn; nothing is added. */
	void release();

}
