package dev.sluice.api.stomp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Lazy;
import org.springframework.messaging.MessageChannel;
import org.springframework.stereotype.Component;

/** The clients that are connected. */
@Component
class StompSessions {

	private final Map<String, StompSession> sessions = new ConcurrentHashMap<>();

	private final MessageChannel toClients;

	StompSessions(@Lazy @Qualifier("clientOutboundChannel") MessageChannel toClients) {
		this.toClients = toClients;
	}

	void open(String id) {
		this.sessions.put(id, new StompSession(id, this.toClients));
	}

	void close(String id) {
		StompSession session = this.sessions.remove(id);
		if (session != null) {
			session.close();
		}
	}

	/** The session of that id, {@code null} once its connection is closed. */
	@Nullable StompSession find(@Nullable String id) {
		return (id != null) ? this.sessions.get(id) : null;
	}

}
