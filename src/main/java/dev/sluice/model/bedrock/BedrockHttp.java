package dev.sluice.model.bedrock;

import java.io.Closeable;
import java.io.IOException;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.IdleConnectionEvictor;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client: one route, many connections, and nothing behind our back.
 *
 * @param client sends what it is given; direct calls are spared the chain of handlers
 * that a proxy needs, a tenth of what a call costs
 * @param evictor closes connections that nobody uses
 */
record BedrockHttp(CloseableHttpClient client, IdleConnectionEvictor evictor) implements Closeable {

	/**
	 * Goes with every call. HttpClient takes 0 for at once here, and for never elsewhere.
	 */
	static final RequestConfig CONFIG = RequestConfig.custom()
		.setConnectionRequestTimeout(Timeout.ofDays(1))
		.setProtocolUpgradeEnabled(false)
		.build();

	private static final TimeValue MOST_IDLE = TimeValue.ofSeconds(60);

	private static final TimeValue TRUSTED_IDLE = TimeValue.ofSeconds(2);

	static BedrockHttp open(BedrockRoute route, BedrockProperties properties) {
		PoolingHttpClientConnectionManager connections = connections(properties);
		IdleConnectionEvictor evictor = new IdleConnectionEvictor(connections, MOST_IDLE);
		evictor.start();
		return new BedrockHttp(route.direct() ? HttpClients.createMinimal(connections) : proxied(route, connections),
				evictor);
	}

	@Override
	public void close() throws IOException {
		this.evictor.shutdown();
		this.client.close();
	}

	private static CloseableHttpClient proxied(BedrockRoute route, HttpClientConnectionManager connections) {
		HttpClientBuilder client = HttpClientBuilder.create()
			.setConnectionManager(connections)
			.setRoutePlanner((_, _) -> route.route())
			.disableAutomaticRetries()
			.disableRedirectHandling()
			.disableCookieManagement()
			.disableContentCompression()
			.disableAuthCaching()
			.disableConnectionState();
		if (route.proxyCredentials() != null) {
			client.setDefaultCredentialsProvider(route.proxyCredentials());
		}
		return client.build();
	}

	private static PoolingHttpClientConnectionManager connections(BedrockProperties properties) {
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
