package dev.sluice.api.stomp;

import jakarta.websocket.Session;
import org.apache.tomcat.websocket.Constants;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/** Opens and closes the sessions with their connections. */
final class StompConnections extends WebSocketHandlerDecorator {

	private final StompSessions sessions;

	private final StompProperties properties;

	StompConnections(WebSocketHandler handler, StompSessions sessions, StompProperties properties) {
		super(handler);
		this.sessions = sessions;
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
		this.sessions.open(connection);
		limitBlockingSends(connection);
		super.afterConnectionEstablished(connection);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession connection, CloseStatus status) throws Exception {
		this.sessions.close(connection);
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

}
