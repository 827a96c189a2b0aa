package dev.sluice.api.stomp;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Lazy;
import org.springframework.messaging.MessageChannel;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/** The clients that are connected. */
@Component
class StompSessions {

	private static final CloseStatus LIVED_LONG_ENOUGH = CloseStatus.GOING_AWAY.withReason("Connection limit reached");

	private final Map<String, StompSession> sessions = new ConcurrentHashMap<>();

	private final MessageChannel toClients;

	private final StompProperties properties;

	StompSessions(@Lazy @Qualifier("clientOutboundChannel") MessageChannel toClients, StompProperties properties,
			MeterRegistry meters) {
		this.toClients = toClients;
		this.properties = properties;
		Gauge.builder("sluice.stomp.sessions", this.sessions, Map::size)
			.description("WebSockets that are open")
			.register(meters);
	}

	void open(WebSocketSession connection) {
		this.sessions.put(connection.getId(), new StompSession(connection, this.toClients));
	}

	void close(WebSocketSession connection) {
		StompSession session = this.sessions.remove(connection.getId());
		if (session != null) {
			session.leave();
		}
	}

	/** Ends connections that have lived for long enough. */
	@Scheduled(fixedDelay = 1000)
	void endOld() {
		Instant oldest = Instant.now().minus(this.properties.connectionLimit());
		for (StompSession session : this.sessions.values()) {
			if (session.openedAt().isBefore(oldest)) {
				Thread.ofVirtual().name("stomp-limit").start(() -> session.endConnection(LIVED_LONG_ENOUGH));
			}
		}
	}

	/** The session of that id, {@code null} once its connection is closed. */
	@Nullable StompSession find(@Nullable String id) {
		return (id != null) ? this.sessions.get(id) : null;
	}

}
