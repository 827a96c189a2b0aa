package dev.sluice.benchmarks.baseline;

import java.net.URI;
import java.time.Duration;

import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The SDK's clients as Spring AI's starter takes them, with its faster HTTP client and
 * without connection caps below the load (the starter's own have 50 and 200). HTTP/1.1,
 * as the stand-in speaks it.
 */
@Configuration(proxyBeanMethods = false)
class BedrockClients {

	private static final int CONNECTIONS = 4096;

	@Bean
	BedrockRuntimeClient bedrockRuntimeClient(@Value("${AWS_ENDPOINT_URL_BEDROCK_RUNTIME}") URI endpoint) {
		return BedrockRuntimeClient.builder()
			.endpointOverride(endpoint)
			.httpClientBuilder(Apache5HttpClient.builder().maxConnections(CONNECTIONS))
			.build();
	}

	@Bean
	BedrockRuntimeAsyncClient bedrockRuntimeAsyncClient(@Value("${AWS_ENDPOINT_URL_BEDROCK_RUNTIME}") URI endpoint) {
		return BedrockRuntimeAsyncClient.builder()
			.endpointOverride(endpoint)
			.httpClientBuilder(NettyNioAsyncHttpClient.builder()
				.protocol(Protocol.HTTP1_1)
				.maxConcurrency(CONNECTIONS)
				.connectionAcquisitionTimeout(Duration.ofSeconds(60))
				.readTimeout(Duration.ofSeconds(60)))
			.build();
	}

}
