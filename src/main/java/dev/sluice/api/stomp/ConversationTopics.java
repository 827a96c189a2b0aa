package dev.sluice.api.stomp;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.sluice.orchestration.conversation.Conversation;
import dev.sluice.orchestration.conversation.ConversationException;
import dev.sluice.orchestration.conversation.Conversations;
import dev.sluice.orchestration.generation.ConversationFailures;
import dev.sluice.orchestration.generation.TurnStarted;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Who follows which conversation, and whose turn it is there. They hear what runs on this
 * node.
 */
@Component
class ConversationTopics {

	private record Key(String tenant, String conversationId) {
	}

	/** Looked at and changed by one thread at a time, which has its key. */
	private static final class Topic {

		private final Set<Following> followers = new HashSet<>();

		private @Nullable FollowedTurn turn;

		private @Nullable Topic unlessIdle() {
			return (this.turn == null && this.followers.isEmpty()) ? null : this;
		}

	}

	private final Conversations conversations;

	private final Map<Key, Topic> topics = new ConcurrentHashMap<>();

	ConversationTopics(Conversations conversations) {
		this.conversations = conversations;
	}

	/** Tells the client of this turn, if one runs, and of all that follow. */
	void join(Following following) {
		try {
			Conversation seen = this.conversations.find(following.session().caller(), following.conversationId());
			this.topics.compute(keyOf(following), (_, known) -> {
				Topic topic = (known != null) ? known : new Topic();
				if (!following.stopped()) {
					topic.followers.add(following);
					if (topic.turn != null && !topic.turn.ended()) {
						following.tell(topic.turn.seenAs(seen));
					}
				}
				return topic.unlessIdle();
			});
		}
		catch (ConversationException ex) {
			following.end(ConversationFailures.failureOf(ex));
		}
	}

	void leave(Following following) {
		this.topics.computeIfPresent(keyOf(following), (_, topic) -> {
			topic.followers.remove(following);
			return topic.unlessIdle();
		});
	}

	@EventListener
	void on(TurnStarted turn) {
		FollowedTurn followed = new FollowedTurn(turn, this.conversations);
		this.topics.compute(new Key(turn.owner().tenant(), turn.conversationId()), (_, known) -> {
			Topic topic = (known != null) ? known : new Topic();
			topic.turn = followed;
			topic.followers.forEach((following) -> following.tell(followed));
			return topic;
		});
	}

	/**
	 * What was asked is kept for those who come later, while there is an answer to
	 * follow.
	 */
	@Scheduled(fixedDelay = 1000)
	void forgetEnded() {
		for (Key key : this.topics.keySet()) {
			this.topics.computeIfPresent(key, (_, topic) -> {
				if (topic.turn != null && topic.turn.ended()) {
					topic.turn = null;
				}
				return topic.unlessIdle();
			});
		}
	}

	private static Key keyOf(Following following) {
		return new Key(following.session().caller().tenant(), following.conversationId());
	}

}
