package dev.sluice.orchestration.conversation;

import java.time.Instant;
import java.util.List;

import dev.sluice.prompt.terms.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A conversation without its messages.
 *
 * @param owner who may send into it, change and delete it
 * @param title what it is called; until somebody names it, how it began
 * @param updatedAt when it was made, renamed, or a turn was added
 * @param messages the sequence of the newest message, 0 while there is none
 * @param sharedWith subjects of the same tenant who may read and follow it
 * @param runningGeneration the generation whose turn it is now, if any
 * @param forkedFrom what it was copied from, if it was
 */
public record Conversation(String id, Caller owner, @Nullable String title, Instant createdAt, Instant updatedAt,
		long messages, List<String> sharedWith, @Nullable String runningGeneration, @Nullable Origin forkedFrom) {

	/** The conversation and the last message that were copied. */
	public record Origin(String conversationId, long message) {
	}

	public Conversation {
		sharedWith = List.copyOf(sharedWith);
	}

	/** Whether somebody may read and follow it. */
	public boolean visibleTo(Caller caller) {
		return caller.equals(this.owner)
				|| (caller.tenant().equals(this.owner.tenant()) && this.sharedWith.contains(caller.subject()));
	}

}
