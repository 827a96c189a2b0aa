package dev.sluice.api.stomp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sluice.api.Problem;
import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.Failure;
import dev.sluice.trace.DoorSpan;
import dev.sluice.trace.DoorSpans;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ExecutorChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;

/**
 * Sees every frame of a client first: keeps its subscriptions, lets nobody send to other
 * clients' destinations, and answers a {@code receipt} header once the frame has been
 * handled.
 */
@Component
class StompGate implements ExecutorChannelInterceptor {

	private static final int MOST_OF_AN_ID = 256;

	private static final Pattern DESTINATIONS = Pattern.compile("/app/generations(?:/[^/]+(/cancel|/resume))?");

	private static final Pattern TOPIC = Pattern.compile(Pattern.quote(Following.TOPIC) + "([a-zA-Z0-9_-]{1,64})");

	private static final Failure TOO_MANY = Failure.of(ErrorCode.CONFLICT,
			"The id is in use, or there are more subscriptions than anybody needs");

	private final StompSessions sessions;

	private final ConversationTopics topics;

	private final DoorSpans spans;

	StompGate(StompSessions sessions, ConversationTopics topics, DoorSpans spans) {
		this.sessions = sessions;
		this.topics = topics;
		this.spans = spans;
	}

	@Override
	public @Nullable Message<?> preSend(Message<?> message, MessageChannel channel) {
		StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
		StompSession session = (frame != null) ? this.sessions.find(frame.getSessionId()) : null;
		if (frame == null || session == null || frame.getCommand() == null) {
			return message;
		}
		DoorSpan door = enter(frame, frame.getCommand());
		boolean passed = false;
		try {
			passed = passes(session, frame, frame.getCommand());
		}
		finally {
			if (!passed) {
				door.leave();
			}
		}
		return passed ? message : null;
	}

	/** The thread that reads a frame handles it, too. */
	@Override
	public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent,
			@Nullable Exception failure) {
		DoorSpan.current().leave();
	}

	@Override
	public void afterMessageHandled(Message<?> message, MessageChannel channel, MessageHandler handler,
			@Nullable Exception failure) {
		if (handler instanceof SimpAnnotationMethodMessageHandler) {
			StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
			// The broker itself answers the receipt of a DISCONNECT.
			if (frame != null && frame.getReceipt() != null && frame.getCommand() != StompCommand.DISCONNECT) {
				StompSession session = this.sessions.find(frame.getSessionId());
				if (session != null) {
					session.sendReceipt(frame.getReceipt());
				}
			}
		}
	}

	private boolean passes(StompSession session, StompHeaderAccessor frame, StompCommand command) {
		return switch (command) {
			case SUBSCRIBE -> subscribe(session, frame);
			case UNSUBSCRIBE -> {
				session.unsubscribe(String.valueOf(frame.getSubscriptionId()));
				yield true;
			}
			case SEND -> checkSend(session, frame);
			case DISCONNECT -> disconnect(session, frame);
			case CONNECT, STOMP, ACK, NACK -> true;
			case BEGIN, COMMIT, ABORT ->
				refuse(session, frame, Failure.invalid(null, "There are no transactions here"));
			case CONNECTED, MESSAGE, RECEIPT, ERROR ->
				refuse(session, frame, Failure.invalid(null, "This is a frame for a server to send"));
		};
	}

	/** A client that says good-bye has left, whatever becomes of its socket. */
	private static boolean disconnect(StompSession session, StompHeaderAccessor frame) {
		session.leave();
		if (frame.getReceipt() == null) {
			// The broker would have nothing but an ERROR to answer with.
			session.endConnection(CloseStatus.NORMAL);
			return false;
		}
		return true;
	}

	/** One thread may handle many frames, each with a trace id of its own. */
	private DoorSpan enter(StompHeaderAccessor frame, StompCommand command) {
		if (command != StompCommand.SEND) {
			return this.spans.pass(frame::getFirstNativeHeader);
		}
		DoorSpan door = this.spans.enter(nameOf(frame.getDestination()), frame::getFirstNativeHeader);
		door.span().setAttribute("network.protocol.name", "stomp");
		return door;
	}

	/** Names no destination that a client has made up. */
	private static String nameOf(@Nullable String destination) {
		Matcher known = DESTINATIONS.matcher((destination != null) ? destination : "");
		if (!known.matches()) {
			return "SEND";
		}
		return "SEND /app/generations" + ((known.group(1) != null) ? "/{id}" + known.group(1) : "");
	}

	private boolean subscribe(StompSession session, StompHeaderAccessor frame) {
		Matcher topic = TOPIC.matcher(String.valueOf(frame.getDestination()));
		if (!topic.matches() && !StompSession.ANSWERS.equals(frame.getDestination())) {
			return refuse(session, frame, Failure.of(ErrorCode.NOT_FOUND, "There is nothing to subscribe to but "
					+ StompSession.ANSWERS + " and " + Following.TOPIC + "{id}"));
		}
		String id = frame.getSubscriptionId();
		if (id == null || id.length() > MOST_OF_AN_ID) {
			return refuse(session, frame, Failure.invalid("id", "A SUBSCRIBE needs an id of at most 256 characters"));
		}
		if (topic.matches()) {
			return follow(session, frame, new Following(session, id, topic.group(1), this.topics));
		}
		return session.subscribe(id) || refuse(session, frame, TOO_MANY);
	}

	/** The broker has nothing to do with it. */
	private boolean follow(StompSession session, StompHeaderAccessor frame, Following following) {
		if (!session.follow(following)) {
			return refuse(session, frame, TOO_MANY);
		}
		this.topics.join(following);
		if (frame.getReceipt() != null) {
			session.sendReceipt(frame.getReceipt());
		}
		return false;
	}

	/**
	 * A client that hears no answers is told by an ERROR, which ends the connection; any
	 * other by a message.
	 */
	private static boolean checkSend(StompSession session, StompHeaderAccessor frame) {
		if (!session.listens()) {
			return refuse(session, frame,
					Failure.invalid("destination", "Subscribe to " + StompSession.ANSWERS + " before you send"));
		}
		String requestId = frame.getFirstNativeHeader(StompSession.REQUEST_ID);
		if (requestId != null && requestId.length() > MOST_OF_AN_ID) {
			Failure failure = Failure.invalid(StompSession.REQUEST_ID, "request-id must be at most 256 characters");
			session.send(StompMessages.failed(Problem.of(failure), null), null);
			return false;
		}
		String destination = frame.getDestination();
		if (destination == null || !destination.startsWith("/app/")) {
			Problem problem = Problem.of(Failure.of(ErrorCode.NOT_FOUND, "There is no such destination to send to"));
			session.send(StompMessages.failed(problem, requestId), requestId);
			return false;
		}
		return true;
	}

	private static boolean refuse(StompSession session, StompHeaderAccessor frame, Failure failure) {
		session.sendError(Problem.of(failure), frame.getReceipt());
		return false;
	}

}
