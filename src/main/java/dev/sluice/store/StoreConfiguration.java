package dev.sluice.store;

import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import dev.sluice.aws.AwsEndpoint;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The client of DynamoDB. As the SDK makes it by itself, an unreachable table would hold
 * a caller up for most of a minute.
 */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DynamoDbClient dynamoDbClient(StoreProperties properties) {
		AwsEndpoint endpoint = AwsEndpoint.find("AWS_ENDPOINT_URL_DYNAMODB", "aws.endpointUrlDynamoDB", "dynamodb",
				properties.endpoint());
		// What is on this machine is not behind a proxy.
		ProxyConfiguration proxy = ProxyConfiguration.builder()
			.useSystemPropertyValues(!endpoint.local())
			.useEnvironmentVariableValues(!endpoint.local())
			.build();
		return endpoint.configure(DynamoDbClient.builder())
			.httpClientBuilder(Apache5HttpClient.builder()
				.proxyConfiguration(proxy)
				.maxConnections(properties.maxConnections())
				.connectionTimeout(properties.connectTimeout())
				.connectionAcquisitionTimeout(properties.timeout())
				.socketTimeout(properties.timeout())
				.tcpKeepAlive(true))
			.overrideConfiguration((override) -> override.apiCallTimeout(properties.timeout())
				.retryStrategy(AwsRetryStrategy.standardRetryStrategy()))
			.build();
	}

}
