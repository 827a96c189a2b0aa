package dev.sluice.store;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.testing.LocalDynamo;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Stores for tests, with tables of their own. */
public final class TestStore {

	/** What comes of a call. */
	public interface Answer {

		Object answer(String method) throws Exception;

	}

	private static final AtomicInteger counter = new AtomicInteger();

	private TestStore() {
	}

	/** A store with new tables in the DynamoDB Local of this process. */
	public static DynamoStore create() {
		return create(LocalDynamo.client(), new SimpleMeterRegistry());
	}

	/** A store with new tables. */
	public static DynamoStore create(DynamoDbClient client, MeterRegistry meters) {
		StoreProperties properties = new StoreProperties(null, "test%d-".formatted(counter.incrementAndGet()), true,
				Duration.ofMillis(400), Duration.ofSeconds(1), 8);
		DynamoStore store = new DynamoStore(client, properties, meters);
		new TableCheck(store, properties).afterPropertiesSet();
		return store;
	}

	/** A check of a store whose tables are there. */
	public static TableCheck check(DynamoStore store) {
		return new TableCheck(store,
				new StoreProperties(null, "test-", false, Duration.ofMillis(400), Duration.ofSeconds(1), 8));
	}

	/**
	 * A store whose calls are answered by a test, by the names of the client's methods.
	 */
	public static DynamoStore answering(Answer answer) {
		DynamoDbClient client = (DynamoDbClient) Proxy.newProxyInstance(TestStore.class.getClassLoader(),
				new Class<?>[] { DynamoDbClient.class }, (_, method, _) -> answer.answer(method.getName()));
		return new DynamoStore(client,
				new StoreProperties(null, "test-", false, Duration.ofMillis(400), Duration.ofSeconds(1), 8),
				new SimpleMeterRegistry());
	}

	/** A store where there is none. */
	public static DynamoStore at(URI endpoint) {
		StoreProperties properties = new StoreProperties(endpoint, "test-", false, Duration.ofMillis(400),
				Duration.ofSeconds(1), 8);
		return new DynamoStore(new StoreConfiguration().dynamoDbClient(properties), properties,
				new SimpleMeterRegistry());
	}

}
