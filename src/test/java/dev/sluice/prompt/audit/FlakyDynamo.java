package dev.sluice.prompt.audit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.random.RandomGenerator;

import dev.sluice.testing.LocalDynamo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A DynamoDB whose calls fail before or after they had their effect. */
final class FlakyDynamo {

	private static final Set<String> CALLS = Set.of("transactWriteItems", "batchWriteItem", "getItem", "batchGetItem");

	private final RandomGenerator random;

	private final DynamoDbClient client;

	private volatile double failures;

	FlakyDynamo(RandomGenerator random) {
		this.random = random;
		this.client = (DynamoDbClient) Proxy.newProxyInstance(FlakyDynamo.class.getClassLoader(),
				new Class<?>[] { DynamoDbClient.class }, (_, method, arguments) -> {
					boolean counts = CALLS.contains(method.getName());
					failPerhaps(counts);
					try {
						Object result = method.invoke(LocalDynamo.client(), arguments);
						failPerhaps(counts);
						return result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	DynamoDbClient client() {
		return this.client;
	}

	/** How many of all calls fail before and how many after, from 0 to 1. */
	void setFailures(double failures) {
		this.failures = failures;
	}

	private synchronized void failPerhaps(boolean counts) {
		if (counts && this.random.nextDouble() < this.failures) {
			throw SdkClientException.create("time is up");
		}
	}

}
