package dev.sluice.api.stomp;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.sluice.api.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeTypeUtils;

/** One client: what it subscribed to, and what is being delivered to it. */
final class StompSession {

	/** Where the answers arrive. */
	static final String ANSWERS = "/user/queue/generations";

	static final String REQUEST_ID = "request-id";

	private final String id;

	private final MessageChannel toClient;

	/** The ids of the client's subscriptions to {@link #ANSWERS}. */
	private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();

	/** Deliveries by the generation's id. */
	private final Map<String, Delivery> deliveries = new ConcurrentHashMap<>();

	private volatile boolean closed;

	private long messages;

	StompSession(String id, MessageChannel toClient) {
		this.id = id;
		this.toClient = toClient;
	}

	void subscribe(String subscription) {
		this.subscriptions.add(subscription);
	}

	void unsubscribe(String subscription) {
		this.subscriptions.remove(subscription);
	}

	boolean listens() {
		return !this.subscriptions.isEmpty();
	}

	/** Sends a message to the client; blocks while its socket takes no more. */
	void send(byte[] json, @Nullable String requestId) {
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

	void close() {
		this.closed = true;
		this.deliveries.values().forEach(Delivery::stop);
	}

	private synchronized String nextMessageId() {
		return this.id + "-" + this.messages++;
	}

}
