package dev.sluice.api.stomp;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import dev.sluice.orchestration.conversation.Conversation;
import dev.sluice.orchestration.conversation.Conversations;
import dev.sluice.orchestration.generation.TurnStarted;

/**
 * A turn for the followers of its conversation, who look once and together whether they
 * may still see it.
 */
final class FollowedTurn {

	private final TurnStarted turn;

	private final FutureTask<Conversation> conversation;

	FollowedTurn(TurnStarted turn, Conversations conversations) {
		this(turn, new FutureTask<>(() -> conversations.find(turn.owner(), turn.conversationId())));
	}

	private FollowedTurn(TurnStarted turn, FutureTask<Conversation> conversation) {
		this.turn = turn;
		this.conversation = conversation;
	}

	/** The same turn for somebody who has just seen its conversation. */
	FollowedTurn seenAs(Conversation seen) {
		return new FollowedTurn(this.turn, new FutureTask<>(() -> seen));
	}

	TurnStarted turn() {
		return this.turn;
	}

	boolean ended() {
		return this.turn.generation().log().ended();
	}

	/**
	 * The conversation as it was when somebody first asked; the first one waits for the
	 * store, and the others for him.
	 * @throws dev.sluice.orchestration.conversation.ConversationException if it cannot be
	 * read
	 */
	Conversation conversation() {
		this.conversation.run();
		try {
			return this.conversation.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
