package dev.sluice.orchestration.conversation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.sluice.testing.LocalDynamo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** The DynamoDB Local of this process behind a line on which answers get lost. */
final class LossyDynamo {

	private final AtomicInteger lost = new AtomicInteger();

	private volatile String method = "";

	private volatile String faulty = "";

	private volatile boolean down;

	private volatile boolean forgetful;

	DynamoDbClient client() {
		return (DynamoDbClient) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DynamoDbClient.class }, (_, called, arguments) -> call(called, arguments));
	}

	/** Does the next calls of a method, and loses their answers. */
	void lose(String name, int answers) {
		this.method = name;
		this.lost.set(answers);
	}

	/** Forgets which transactions it has seen, as DynamoDB does after ten minutes. */
	void forget() {
		this.forgetful = true;
	}

	/** Fails the next call of a method with a fault of the client itself. */
	void fault(String name) {
		this.faulty = name;
	}

	void setDown(boolean down) {
		this.down = down;
	}

	private Object call(Method called, Object[] arguments) throws Throwable {
		if (this.down) {
			throw SdkClientException.create("DynamoDB is down");
		}
		if (called.getName().equals(this.faulty)) {
			this.faulty = "";
			throw new IllegalStateException("A fault of the client");
		}
		try {
			Object result = (this.forgetful && called.getName().equals("transactWriteItems"))
					? LocalDynamo.client().transactWriteItems(anew(arguments[0]))
					: called.invoke(LocalDynamo.client(), arguments);
			if (called.getName().equals(this.method) && this.lost.getAndDecrement() > 0) {
				throw SdkClientException.create("The answer got lost");
			}
			return result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	@SuppressWarnings("unchecked")
	private static TransactWriteItemsRequest anew(Object request) {
		return TransactWriteItemsRequest.builder()
			.applyMutation((Consumer<TransactWriteItemsRequest.Builder>) request)
			.clientRequestToken(UUID.randomUUID().toString())
			.build();
	}

}
