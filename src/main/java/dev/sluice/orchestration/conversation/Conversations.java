package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.List;

import dev.sluice.prompt.terms.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * The conversations of all callers. An id that begins with {@code cnv_} is Sluice's and
 * must exist; any other is the caller's own, and is a conversation from its first turn
 * on. Every method throws {@link ConversationException}; nobody is told of a conversation
 * that he may not see.
 */
@Service
public class Conversations {

	/** Makes an empty one. */
	public Conversation create(Caller owner, @Nullable String title) {
		throw new UnsupportedOperationException();
	}

	/** Those that the caller owns, the newest first. */
	public ConversationPage<Conversation> list(Caller owner, int limit, @Nullable String after) {
		throw new UnsupportedOperationException();
	}

	public Conversation find(Caller caller, String id) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Renames or shares it.
	 * @param title left as it is if {@code null}
	 * @param sharedWith left as it is if {@code null}
	 */
	public Conversation update(Caller owner, String id, @Nullable String title, @Nullable List<String> sharedWith) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The messages behind the sequence {@code after}, the oldest first.
	 */
	public ConversationPage<StoredMessage> messages(Caller caller, String id, int limit, long after) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Copies it up to a message. A user's message that would be the last one is left out:
	 * it would wait for its answer.
	 * @param last sequence of the last message to copy, {@code null} for all
	 * @param title its name, that of the original if {@code null}
	 */
	public Conversation fork(Caller caller, String id, @Nullable Long last, @Nullable String title) {
		throw new UnsupportedOperationException();
	}

	/** Removes it with all its messages; at once nobody sees it any more. */
	public void delete(Caller owner, String id) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Takes the next turn.
	 * @param patience how long it may wait for the turn, where requests queue
	 */
	public Turn begin(Caller owner, String id, String generationId, Duration patience) {
		throw new UnsupportedOperationException();
	}

}
