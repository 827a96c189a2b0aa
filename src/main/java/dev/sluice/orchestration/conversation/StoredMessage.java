package dev.sluice.orchestration.conversation;

import java.time.Instant;

import dev.sluice.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message of a conversation.
 *
 * @param sequence its place, from 1; where a message has expired there is a gap
 * @param generationId whose turn it belongs to
 * @param model the alias that answered, {@code null} for a message of the user
 * @param partial whether it is the beginning of an answer that was cut short
 */
public record StoredMessage(long sequence, Message message, String generationId, @Nullable String model,
		boolean partial, Instant createdAt) {
}
