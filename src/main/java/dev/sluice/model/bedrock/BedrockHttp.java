package dev.sluice.model.bedrock;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Builds the HTTP client: one route, many connections, and nothing behind our back. */
final class BedrockHttp {

	private static final TimeValue MOST_IDLE = TimeValue.ofSeconds(60);

	private static final TimeValue TRUSTED_IDLE = TimeValue.ofSeconds(2);

	/** HttpClient takes 0 for at once here, and for never elsewhere. */
	private static final Timeout NEVER = Timeout.ofDays(1);

	private BedrockHttp() {
	}

	static CloseableHttpClient client(BedrockRoute route, BedrockProperties properties) {
		HttpClientBuilder client = HttpClientBuilder.create()
			.setConnectionManager(connections(properties))
			.evictIdleConnections(MOST_IDLE)
			.setRoutePlanner((_, _) -> route.route())
			.setUserAgent("sluice")
			.disableAutomaticRetries()
			.disableRedirectHandling()
			.disableCookieManagement()
			.disableContentCompression()
			.disableAuthCaching()
			.disableConnectionState()
			.setDefaultRequestConfig(RequestConfig.custom()
				.setConnectionRequestTimeout(NEVER)
				.setProtocolUpgradeEnabled(false)
				.setAuthenticationEnabled(route.proxyCredentials() != null)
				.build());
		if (route.proxyCredentials() != null) {
			client.setDefaultCredentialsProvider(route.proxyCredentials());
		}
		return client.build();
	}

	private static HttpClientConnectionManager connections(BedrockProperties properties) {
		Timeout connect = Timeout.of(properties.connectTimeout());
		return PoolingHttpClientConnectionManagerBuilder.create()
			.setConnectionFactory((_) -> new BurstAwareConnection("bedrock"))
			.setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
			.setMaxConnTotal(properties.maxConnections())
			.setMaxConnPerRoute(properties.maxConnections())
			.setTlsSocketStrategy(DefaultClientTlsStrategy.createSystemDefault())
			.setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
			.setDefaultConnectionConfig(ConnectionConfig.custom()
				.setConnectTimeout(connect)
				.setValidateAfterInactivity(TRUSTED_IDLE)
				.build())
			// A model may think for minutes: whoever loses patience ends the call's
			// scope.
			.setDefaultSocketConfig(SocketConfig.custom()
				.setSoTimeout(Timeout.DISABLED)
				.setSoKeepAlive(true)
				.setTcpNoDelay(true)
				.build())
			.build();
	}

}
