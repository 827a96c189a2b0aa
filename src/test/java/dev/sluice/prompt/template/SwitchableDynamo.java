package dev.sluice.prompt.template;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.testing.LocalDynamo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The DynamoDB Local of this process behind a line that can be cut or held up. */
final class SwitchableDynamo {

	private final AtomicInteger reads = new AtomicInteger();

	private volatile boolean down;

	private volatile CountDownLatch gate = new CountDownLatch(0);

	DynamoDbClient client() {
		return (DynamoDbClient) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { DynamoDbClient.class }, (_, method, arguments) -> call(method, arguments));
	}

	private Object call(Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("getItem")) {
			this.reads.incrementAndGet();
			this.gate.await();
		}
		if (this.down) {
			throw SdkClientException.create("DynamoDB is down");
		}
		try {
			return method.invoke(LocalDynamo.client(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	void setDown(boolean down) {
		this.down = down;
	}

	/** Holds up reads until the gate is opened. */
	CountDownLatch close() {
		this.gate = new CountDownLatch(1);
		return this.gate;
	}

	int reads() {
		return this.reads.get();
	}

}
