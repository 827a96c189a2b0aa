package dev.sluice.prompt.audit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Over a network that goes dead in the midst of calls. */
@Testcontainers(disabledWithoutDocker = true)
@Timeout(180)
class AuditContainerTests {

	@Container
	private static final GenericContainer<?> dynamo = new GenericContainer<>("amazon/dynamodb-local:2.6.1")
		.withExposedPorts(8000);

	@TempDir
	private Path directory;

	@Test
	void isCompleteAndInOrderAfterAnOutage() {
		try (DynamoDbClient client = client()) {
			AuditTable table = new AuditTable(TestStore.create(client, new SimpleMeterRegistry()));
			AuditTrail trail = new AuditTrail(AuditFixtures.properties(this.directory), table,
					new SimpleMeterRegistry());
			trail.start();
			for (int round = 0; round < 5; round++) {
				record(trail, 40);
				dynamo.getDockerClient().pauseContainerCmd(dynamo.getContainerId()).exec();
				record(trail, 40);
				await().atMost(Duration.ofSeconds(20)).until(() -> trail.spoolingSince() != null);
				dynamo.getDockerClient().unpauseContainerCmd(dynamo.getContainerId()).exec();
				await().atMost(Duration.ofSeconds(30)).until(() -> trail.pending() == 0);
			}
			trail.stop();

			Verdict verdict = new AuditVerifier(table, AuditFixtures.properties(this.directory))
				.verify(new TimeRange(Instant.EPOCH, Instant.now().plusSeconds(60)), Duration.ofMinutes(1));
			assertThat(verdict).isEqualTo(new Verdict(400, 0, 0, null));
			assertThat(table.writers(Instant.now())).hasSize(1);
		}
	}

	private static void record(AuditTrail trail, int count) {
		for (int i = 0; i < count; i++) {
			trail.record(AuditFixtures.generation("gen_" + i));
		}
	}

	private static DynamoDbClient client() {
		return DynamoDbClient.builder()
			.endpointOverride(URI.create("http://%s:%d".formatted(dynamo.getHost(), dynamo.getMappedPort(8000))))
			.region(Region.US_EAST_1)
			.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
			.httpClientBuilder(Apache5HttpClient.builder().socketTimeout(Duration.ofSeconds(1)))
			.overrideConfiguration((override) -> override.apiCallTimeout(Duration.ofSeconds(1)))
			.build();
	}

}
