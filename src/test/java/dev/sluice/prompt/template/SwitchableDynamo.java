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

	private volatile boolean repeating;

	private final AtomicInteger held = new AtomicInteger();

	private volatile CountDownLatch answers = new CountDownLatch(0);

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
		CountDownLatch answer = this.answers;
		try {
			Object result = method.invoke(LocalDynamo.client(), arguments);
			if (this.repeating && method.getName().equals("putItem")) {
				result = method.invoke(LocalDynamo.client(), arguments);
			}
			if (method.getName().equals("getItem") && answer.getCount() > 0) {
				this.held.incrementAndGet();
				answer.await();
				this.held.decrementAndGet();
			}
			return result;
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

	/** Has every put done twice, as the SDK does when the first answer gets lost. */
	void setRepeating(boolean repeating) {
		this.repeating = repeating;
	}

	/**
	 * Holds up the answers to reads that begin from now on, until the latch is opened.
	 */
	CountDownLatch holdAnswers() {
		this.answers = new CountDownLatch(1);
		return this.answers;
	}

	/** Holds up no further answers. */
	void release() {
		this.answers = new CountDownLatch(0);
	}

	int held() {
		return this.held.get();
	}

	int reads() {
		return this.reads.get();
	}

}
