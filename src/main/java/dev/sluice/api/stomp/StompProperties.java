package dev.sluice.api.stomp;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of WebSocket connections. The defaults of the two time limits are those of
 * <a href="https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html">API
 * Gateway</a>.
 *
 * @param idleTimeout longest silence on a WebSocket in both directions, heart-beats
 * included
 * @param connectionLimit longest life of a WebSocket
 * @param heartBeat how often the server sends a heart-beat, and expects one, from a
 * client that agrees; `0s` for none
 * @param maxMessageSize most bytes of one STOMP frame from a client
 * @param sendTimeLimit how long one message may take to be sent before the socket counts
 * as too slow and is closed
 * @param sendBufferSize most bytes that wait for a slow socket before it is closed
 */
@ConfigurationProperties("sluice.stomp")
record StompProperties(@DefaultValue("10m") Duration idleTimeout, @DefaultValue("2h") Duration connectionLimit,
		@DefaultValue("10s") Duration heartBeat, @DefaultValue("256KB") DataSize maxMessageSize,
		@DefaultValue("20s") Duration sendTimeLimit, @DefaultValue("512KB") DataSize sendBufferSize) {

	StompProperties {
		if (!idleTimeout.isPositive() || !connectionLimit.isPositive() || !sendTimeLimit.isPositive()
				|| heartBeat.isNegative()) {
			throw new IllegalArgumentException("sluice.stomp: every time limit must be positive");
		}
		if (maxMessageSize.toBytes() < 1024 || maxMessageSize.toBytes() > Integer.MAX_VALUE
				|| sendBufferSize.toBytes() < 1024 || sendBufferSize.toBytes() > Integer.MAX_VALUE) {
			throw new IllegalArgumentException("sluice.stomp: a size must be from 1KB to 2GB");
		}
	}

}
