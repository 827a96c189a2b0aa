package dev.sluice.orchestration.conversation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Conversations and their history.
 *
 * @param ttl how long a conversation is kept that nobody goes on with, and a message
 * after it was written; `0s` for ever
 * @param concurrentTurns what becomes of a request while the conversation waits for
 * another answer: `refuse` it, or `queue` it as long as its time limit allows, at most 64
 * in a line
 * @param maxHistory most messages that are read for a prompt, the newest; of them at most
 * 8 MB
 * @param summaryModel alias of the model that sums up what does not fit the window of the
 * conversation's own; none for no summary
 */
@ConfigurationProperties("sluice.conversation")
public record ConversationProperties(@DefaultValue("90d") Duration ttl,
		@DefaultValue("refuse") ConcurrentTurns concurrentTurns, @DefaultValue("1000") int maxHistory,
		@Nullable String summaryModel) {

	/** What is done about a second request. */
	public enum ConcurrentTurns {

		REFUSE, QUEUE

	}

	public ConversationProperties {
		if (ttl.isNegative() || maxHistory < 2) {
			throw new IllegalArgumentException(
					"sluice.conversation: ttl cannot be negative, and max-history is at least 2");
		}
	}

}
