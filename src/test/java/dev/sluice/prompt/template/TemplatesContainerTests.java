package dev.sluice.prompt.template;

import java.net.URI;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.TestStore;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** In a DynamoDB Local of its own, over HTTP, where there is Docker. */
@Testcontainers(disabledWithoutDocker = true)
class TemplatesContainerTests extends TemplatesContract {

	@Container
	private static final GenericContainer<?> DYNAMO = new GenericContainer<>("amazon/dynamodb-local:2.6.1")
		.withCommand("-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry")
		.withExposedPorts(8000);

	@Override
	protected DynamoStore createStore() {
		DynamoDbClient client = DynamoDbClient.builder()
			.endpointOverride(URI.create("http://%s:%d".formatted(DYNAMO.getHost(), DYNAMO.getMappedPort(8000))))
			.region(Region.US_EAST_1)
			.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
			.httpClientBuilder(Apache5HttpClient.builder())
			.build();
		return TestStore.create(client, new SimpleMeterRegistry());
	}

}
