package dev.sluice.api.stomp;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

import dev.sluice.api.Problem;
import dev.sluice.model.message.Message;
import dev.sluice.orchestration.conversation.ConversationException;
import dev.sluice.orchestration.generation.ConversationFailures;
import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.EventReader;
import dev.sluice.orchestration.generation.Failure;
import dev.sluice.orchestration.generation.Generation;
import dev.sluice.orchestration.generation.GenerationEvent;
import dev.sluice.orchestration.generation.LoggedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.socket.CloseStatus;

/**
 * One client's subscription to a conversation. It hears every generation of it, one after
 * the other, on a virtual thread that is there while there is something to tell. It reads
 * without a {@link Generation#watch() watch}: who follows does not keep alive what its
 * caller has left.
 */
final class Following {

	static final String TOPIC = "/topic/conversations/";

	private static final Logger logger = LoggerFactory.getLogger(Following.class);

	/** Turns that may wait for a client before it counts as too slow. */
	private static final int MOST_BEHIND = 8;

	private final StompSession session;

	private final String subscription;

	private final String conversationId;

	private final ConversationTopics topics;

	private final ReentrantLock lock = new ReentrantLock();

	private final Queue<FollowedTurn> waiting = new ArrayDeque<>();

	private boolean telling;

	private volatile boolean stopped;

	private volatile @Nullable EventReader events;

	Following(StompSession session, String subscription, String conversationId, ConversationTopics topics) {
		this.session = session;
		this.subscription = subscription;
		this.conversationId = conversationId;
		this.topics = topics;
	}

	StompSession session() {
		return this.session;
	}

	String subscription() {
		return this.subscription;
	}

	String conversationId() {
		return this.conversationId;
	}

	String destination() {
		return TOPIC + this.conversationId;
	}

	boolean stopped() {
		return this.stopped;
	}

	/** Tells the client of a turn as soon as it has heard the others; never blocks. */
	void tell(FollowedTurn turn) {
		this.lock.lock();
		try {
			if (this.stopped) {
				return;
			}
			if (this.waiting.size() == MOST_BEHIND) {
				Thread.ofVirtual()
					.name("stomp-following-" + this.conversationId)
					.start(() -> this.session.endConnection(CloseStatus.SESSION_NOT_RELIABLE));
				return;
			}
			this.waiting.add(turn);
			if (!this.telling) {
				this.telling = true;
				Thread.ofVirtual().name("stomp-following-" + this.conversationId).start(this::run);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets go of the conversation; nothing is told any more. */
	void stop() {
		this.stopped = true;
		EventReader reading = this.events;
		if (reading != null) {
			reading.stop();
		}
		this.topics.leave(this);
	}

	/** Tells the client why the subscription is over. */
	void end(Failure failure) {
		this.session.send(this, StompMessages.refused(Problem.of(failure), this.conversationId));
		this.session.unfollow(this);
	}

	private void run() {
		try {
			FollowedTurn next = next();
			while (next != null) {
				if (mayHear(next)) {
					sendTurn(next);
				}
				next = next();
			}
		}
		catch (RuntimeException ex) {
			logger.error("A client could not follow a conversation", ex);
			end(Failure.of(ErrorCode.INTERNAL_ERROR, "The conversation cannot be followed any more"));
		}
	}

	private @Nullable FollowedTurn next() {
		this.lock.lock();
		try {
			FollowedTurn next = this.stopped ? null : this.waiting.poll();
			this.telling = next != null;
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean mayHear(FollowedTurn turn) {
		try {
			if (turn.conversation().visibleTo(this.session.caller())) {
				return true;
			}
			end(Failure.of(ErrorCode.NOT_FOUND, "There is no such conversation"));
		}
		catch (ConversationException ex) {
			end(ConversationFailures.failureOf(ex));
		}
		return false;
	}

	private void sendTurn(FollowedTurn followed) {
		Generation generation = followed.turn().generation();
		StompMessages messages = StompMessages.following(generation, this.conversationId);
		for (Message asked : followed.turn().asked()) {
			this.session.send(this, messages.of(asked));
		}
		try (EventReader reader = new EventReader(generation.log(), 0)) {
			this.events = reader;
			LoggedEvent event = this.stopped ? null : reader.next();
			while (event != null) {
				this.session.send(this, messages.of(event));
				event = (event.event() instanceof GenerationEvent.End) ? null : reader.next();
			}
		}
		finally {
			this.events = null;
		}
	}

}
