package dev.sluice.api;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What all doors keep to.
 *
 * @param maxRequestSize most bytes of a request body
 * @param keepAlive longest silence on an event stream before a comment is sent, so that
 * proxies do not cut it
 * @param allowedOrigins patterns of other origins whose pages may call, over HTTP and
 * WebSocket, such as `https://*.example.org`; none by default, this machine's in the
 * profile `local`
 */
@ConfigurationProperties("sluice.api")
public record ApiProperties(@DefaultValue("10MB") DataSize maxRequestSize, @DefaultValue("15s") Duration keepAlive,
		@DefaultValue List<String> allowedOrigins) {

	public ApiProperties {
		allowedOrigins = List.copyOf(allowedOrigins);
		if (maxRequestSize.toBytes() < 1 || maxRequestSize.toBytes() > Integer.MAX_VALUE / 2
				|| !keepAlive.isPositive()) {
			throw new IllegalArgumentException("sluice.api: max-request-size and keep-alive must be positive");
		}
	}

}
