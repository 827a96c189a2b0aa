package dev.sluice.api.stomp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.support.AbstractSubscribableChannel;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.DelegatingWebSocketMessageBrokerConfiguration;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.messaging.SubProtocolWebSocketHandler;

/**
 * Spring's STOMP over WebSocket, but for one thing: a client that is sent away hears why.
 */
@Configuration(proxyBeanMethods = false)
class StompTransport extends DelegatingWebSocketMessageBrokerConfiguration {

	@Bean
	@Override
	public WebSocketHandler subProtocolWebSocketHandler(AbstractSubscribableChannel clientInboundChannel,
			AbstractSubscribableChannel clientOutboundChannel) {
		return new SubProtocolWebSocketHandler(clientInboundChannel, clientOutboundChannel) {

			@Override
			protected WebSocketSession decorateSession(WebSocketSession session) {
				return new LastWords(session, getSendTimeLimit(), getSendBufferSizeLimit());
			}
		};
	}

	/**
	 * Spring closes right after it has sent an ERROR. Where another thread is sending at
	 * that moment, the ERROR has only been queued for that thread, which would find the
	 * connection closed.
	 */
	private static final class LastWords extends ConcurrentWebSocketSessionDecorator {

		private static final Duration PATIENCE = Duration.ofSeconds(1);

		private static final Duration TICK = Duration.ofMillis(1);

		private LastWords(WebSocketSession session, int sendTimeLimit, int bufferSizeLimit) {
			super(session, sendTimeLimit, bufferSizeLimit);
		}

		@Override
		public void close(CloseStatus status) throws IOException {
			if (status.equals(CloseStatus.PROTOCOL_ERROR)) {
				long deadline = System.nanoTime() + PATIENCE.toNanos();
				while (getBufferSize() > 0 && System.nanoTime() < deadline) {
					LockSupport.parkNanos(TICK.toNanos());
				}
			}
			super.close(status);
		}

	}

}
