package dev.sluice.orchestration.generation;

import java.util.List;

import dev.sluice.model.message.Message;
import dev.sluice.prompt.terms.Caller;

/**
 * A generation has begun whose answer is a conversation's next turn. Published on the
 * thread that starts it, so listeners must not block.
 *
 * @param owner of the conversation
 * @param asked the messages of the turn
 */
public record TurnStarted(Caller owner, String conversationId, List<Message> asked, Generation generation) {
}
