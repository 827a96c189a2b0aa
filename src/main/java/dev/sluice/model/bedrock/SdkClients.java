package dev.sluice.model.bedrock;

import java.time.Duration;

import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeBaseClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * Builds the SDK's clients. Without the settings here they would repeat calls, end those
 * whose model thinks for more than 30 seconds, and make no more than 50 at a time.
 */
final class SdkClients {

	/** Whoever loses patience ends the scope of the call. */
	private static final Duration NO_LIMIT = Duration.ofDays(1);

	private SdkClients() {
	}

	static BedrockRuntimeClient sync(BedrockEndpoint endpoint, BedrockProperties properties) {
		return configure(BedrockRuntimeClient.builder(), endpoint)
			.httpClient(new AbortingHttpClient(Apache5HttpClient.builder()
				.maxConnections(properties.maxConnections())
				.connectionAcquisitionTimeout(NO_LIMIT)
				.connectionTimeout(properties.connectTimeout())
				.socketTimeout(NO_LIMIT)
				.tcpKeepAlive(true)
				.build()))
			.build();
	}

	/**
	 * HTTP/1.1, since the SDK's default expects HTTP/2 of a plain endpoint unasked. The
	 * calls' futures are completed where they are noticed, as nothing waits there.
	 */
	static BedrockRuntimeAsyncClient async(BedrockEndpoint endpoint, BedrockProperties properties) {
		return configure(BedrockRuntimeAsyncClient.builder(), endpoint)
			.httpClient(NettyNioAsyncHttpClient.builder()
				.protocol(Protocol.HTTP1_1)
				.maxConcurrency(properties.maxConnections())
				.maxPendingConnectionAcquires(Integer.MAX_VALUE)
				.connectionAcquisitionTimeout(NO_LIMIT)
				.connectionTimeout(properties.connectTimeout())
				.tlsNegotiationTimeout(properties.connectTimeout())
				.readTimeout(NO_LIMIT)
				.writeTimeout(NO_LIMIT)
				.tcpKeepAlive(true)
				.build())
			.asyncConfiguration((async) -> async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR,
					Runnable::run))
			.build();
	}

	/** The SDK finds an endpoint that isn't local by the same settings itself. */
	private static <B extends BedrockRuntimeBaseClientBuilder<B, C>, C> B configure(B builder,
			BedrockEndpoint endpoint) {
		B configured = builder.region(endpoint.region())
			.overrideConfiguration((override) -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
		return endpoint.local()
				? configured.endpointOverride(endpoint.uri()).credentialsProvider(endpoint.credentials()) : configured;
	}

}
