package dev.sluice.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * DynamoDB Local in this process, without a port and without its telemetry. One serves
 * all applications; it can be made to fail.
 */
public final class LocalDynamo implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static volatile boolean down;

	/** A client of the one DynamoDB Local of this process. */
	public static DynamoDbClient client() {
		return Embedded.CLIENT;
	}

	/** Makes every call fail, or work again. */
	public static void setDown(boolean fail) {
		down = fail;
	}

	/** Ends it for good: its threads would keep the process alive. */
	public static void shutDown() {
		Embedded.DYNAMO.shutdownNow();
	}

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.getBeanFactory().registerSingleton("dynamoDbClient", client());
	}

	private static final class Embedded {

		static final AmazonDynamoDBLocal DYNAMO = DynamoDBEmbedded.create(true);

		static final DynamoDbClient CLIENT = switchable(DYNAMO.dynamoDbClient());

		private static DynamoDbClient switchable(DynamoDbClient client) {
			return (DynamoDbClient) Proxy.newProxyInstance(LocalDynamo.class.getClassLoader(),
					new Class<?>[] { DynamoDbClient.class }, (proxy, method, arguments) -> {
						if (method.getName().equals("waiter")) {
							return DynamoDbWaiter.builder().client((DynamoDbClient) proxy).build();
						}
						if (method.getName().equals("close")) {
							// It outlives the applications that use it.
							return null;
						}
						if (down) {
							throw SdkClientException.create("DynamoDB is down");
						}
						try {
							return method.invoke(client, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
