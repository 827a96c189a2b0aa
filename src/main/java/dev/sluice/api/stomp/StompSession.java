package dev.sluice.api.stomp;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import dev.sluice.api.Callers;
import dev.sluice.api.Problem;
import dev.sluice.prompt.terms.Caller;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/** One client: what it subscribed to, and what is being delivered to it. */
final class StompSession {

	/** Where the answers arrive. */
	static final String ANSWERS = "/user/queue/generations";

	static final String REQUEST_ID = "request-id";

	private static final Logger logger = LoggerFactory.getLogger(StompSession.class);

	private static final int MOST_SUBSCRIPTIONS = 16;

	private final WebSocketSession connection;

	private final Instant openedAt = Instant.now();

	private final String id;

	private final MessageChannel toClient;

	/** The ids of the client's subscriptions to {@link #ANSWERS}. */
	private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();

	/** Deliveries by the generation's id. */
	private final Map<String, Delivery> deliveries = new ConcurrentHashMap<>();

	private final ReentrantLock sending = new ReentrantLock();

	private volatile boolean closed;

	private long messages;

	StompSession(WebSocketSession connection, MessageChannel toClient) {
		this.connection = connection;
		this.id = connection.getId();
		this.toClient = toClient;
	}

	/** On whose behalf the client sends. */
	Caller caller() {
		return Callers.of(this.connection.getRemoteAddress());
	}

	Instant openedAt() {
		return this.openedAt;
	}

	void endConnection(CloseStatus status) {
		try {
			this.connection.close(status);
		}
		catch (IOException ex) {
			logger.debug("A connection could not be closed", ex);
		}
	}

	/** Whether there is room for the subscription. */
	boolean subscribe(String subscription) {
		return this.subscriptions.size() < MOST_SUBSCRIPTIONS && this.subscriptions.add(subscription);
	}

	/** A client that hears no answers any more has left those that are on their way. */
	void unsubscribe(String subscription) {
		if (this.subscriptions.remove(subscription) && this.subscriptions.isEmpty()) {
			this.deliveries.values().forEach(Delivery::stop);
		}
	}

	boolean listens() {
		return !this.subscriptions.isEmpty();
	}

	/**
	 * Sends a message to the client; blocks while its socket takes no more, and while
	 * another message is being sent. Spring's buffer for a slow socket is thus left to
	 * heart-beats.
	 */
	void send(byte[] json, @Nullable String requestId) {
		this.sending.lock();
		try {
			sendToAll(json, requestId);
		}
		finally {
			this.sending.unlock();
		}
	}

	private void sendToAll(byte[] json, @Nullable String requestId) {
		for (String subscription : this.subscriptions) {
			StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.MESSAGE);
			headers.setSessionId(this.id);
			headers.setSubscriptionId(subscription);
			headers.setDestination(ANSWERS);
			headers.setMessageId(nextMessageId());
			headers.setContentType(MimeTypeUtils.APPLICATION_JSON);
			if (requestId != null) {
				headers.setNativeHeader(REQUEST_ID, requestId);
			}
			this.toClient.send(MessageBuilder.createMessage(json, headers.getMessageHeaders()));
		}
	}

	/** Tells the client that a frame was handled. */
	void sendReceipt(String receiptId) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.RECEIPT);
		headers.setSessionId(this.id);
		headers.setReceiptId(receiptId);
		this.toClient.send(MessageBuilder.createMessage(new byte[0], headers.getMessageHeaders()));
	}

	/** Tells the client that it broke the rules; the connection ends with it. */
	void sendError(Problem problem, @Nullable String receiptId) {
		StompHeaderAccessor headers = StompErrors.headersOf(problem, receiptId);
		headers.setSessionId(this.id);
		this.toClient.send(MessageBuilder.createMessage(problem.toJson(), headers.getMessageHeaders()));
	}

	/** Begins a delivery, in place of an earlier one of the same generation. */
	void begin(Delivery delivery) {
		Delivery earlier = this.deliveries.put(delivery.generationId(), delivery);
		if (earlier != null) {
			earlier.stop();
		}
		delivery.start();
		if (this.closed) {
			delivery.stop();
		}
	}

	void ended(Delivery delivery) {
		this.deliveries.remove(delivery.generationId(), delivery);
	}

	boolean follows(String generationId) {
		return this.deliveries.containsKey(generationId);
	}

	/** The client has left: nothing is delivered any more. */
	void leave() {
		this.closed = true;
		this.subscriptions.clear();
		this.deliveries.values().forEach(Delivery::stop);
	}

	private String nextMessageId() {
		return this.id + "-" + this.messages++;
	}

}
