package dev.sluice.api.stomp;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Future;

import jakarta.websocket.Session;
import org.apache.tomcat.websocket.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/**
 * Opens and closes the sessions with their connections, and ends connections that have
 * lived for long enough.
 */
final class StompConnections extends WebSocketHandlerDecorator {

	private static final Logger logger = LoggerFactory.getLogger(StompConnections.class);

	private static final String LIMIT = StompConnections.class.getName() + ".limit";

	private static final CloseStatus LIVED_LONG_ENOUGH = CloseStatus.GOING_AWAY.withReason("Connection limit reached");

	private final StompSessions sessions;

	private final TaskScheduler scheduler;

	private final StompProperties properties;

	StompConnections(WebSocketHandler handler, StompSessions sessions, TaskScheduler scheduler,
			StompProperties properties) {
		super(handler);
		this.sessions = sessions;
		this.scheduler = scheduler;
		this.properties = properties;
	}

	/**
	 * A message may come in pieces of any size, so that no connection needs a buffer for
	 * the largest one.
	 */
	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession connection) throws Exception {
		this.sessions.open(connection.getId());
		limitBlockingSends(connection);
		connection.getAttributes()
			.put(LIMIT, this.scheduler.schedule(() -> end(connection),
					Instant.now().plus(this.properties.connectionLimit())));
		super.afterConnectionEstablished(connection);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession connection, CloseStatus status) throws Exception {
		this.sessions.close(connection.getId());
		if (connection.getAttributes().remove(LIMIT) instanceof Future<?> timer) {
			timer.cancel(false);
		}
		super.afterConnectionClosed(connection, status);
	}

	/**
	 * The limit that Spring keeps is looked at by the next sender only, and one delivery
	 * has no next.
	 */
	private void limitBlockingSends(WebSocketSession connection) {
		if (connection instanceof NativeWebSocketSession holder
				&& holder.getNativeSession() instanceof Session session) {
			session.getUserProperties()
				.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, this.properties.sendTimeLimit().toMillis());
		}
	}

	private static void end(WebSocketSession connection) {
		try {
			connection.close(LIVED_LONG_ENOUGH);
		}
		catch (IOException ex) {
			logger.debug("A connection could not be closed", ex);
		}
	}

}
