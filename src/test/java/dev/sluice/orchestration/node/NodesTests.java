package dev.sluice.orchestration.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import dev.sluice.store.TestStore;
import dev.sluice.testing.LocalDynamo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(20)
class NodesTests {

	private final DynamoStore store = TestStore.create();

	private final Nodes here = new Nodes(this.store);

	private final Nodes there = new Nodes(this.store);

	@AfterEach
	void end() {
		LocalDynamo.setDown(false);
		this.there.destroy();
	}

	@Test
	void saysThatItIsAliveFromTheStart() {
		this.there.afterPropertiesSet();

		await().until(() -> new Nodes(this.store).alive(this.there.self()));
	}

	@Test
	void startsWithoutTheStore() {
		LocalDynamo.setDown(true);

		this.there.afterPropertiesSet();

		assertThatExceptionOfType(StoreException.class).isThrownBy(this.there::announce);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.here.alive(this.there.self()));
		LocalDynamo.setDown(false);
		await().until(() -> new Nodes(this.store).alive(this.there.self()));
	}

	@Test
	void countsAsDeadOnceItHasEnded() {
		this.there.announce();
		assertThat(this.here.alive(this.there.self())).isTrue();

		this.there.destroy();

		await().until(() -> !this.here.alive(this.there.self()));
		this.there.announce();
		assertThat(new Nodes(this.store).alive(this.there.self())).isFalse();
	}

	@Test
	void countsAsDeadOnceItIsSilent() {
		this.there.announce();
		silence(this.there);

		assertThat(this.here.alive(this.there.self())).isFalse();
		assertThat(this.here.alive("nobody")).isFalse();
		assertThat(this.here.alive(this.here.self())).isTrue();
	}

	@Test
	void takesNobodyForDeadWhoMayJustNotHaveReachedTheStore() {
		this.there.announce();
		silence(this.there);
		LocalDynamo.setDown(true);
		assertThatExceptionOfType(StoreException.class).isThrownBy(this.here::announce);

		LocalDynamo.setDown(false);

		assertThat(this.here.alive(this.there.self())).isTrue();
		assertThat(new Nodes(this.store).alive(this.there.self())).isFalse();
		assertThat(this.here.alive("nobody")).isFalse();
	}

	@Test
	void thoseWhoWaitForTheStoreWaitTogether() {
		CountDownLatch hanging = new CountDownLatch(1);
		AtomicInteger calls = new AtomicInteger();
		Nodes nodes = new Nodes(TestStore.answering((method) -> {
			calls.incrementAndGet();
			hanging.await();
			throw SdkClientException.create("DynamoDB hangs");
		}));
		List<Thread> threads = new ArrayList<>();
		AtomicInteger refused = new AtomicInteger();
		for (int i = 0; i < 50; i++) {
			threads.add(Thread.ofPlatform().start(() -> {
				try {
					nodes.announce();
				}
				catch (StoreException _) {
					refused.incrementAndGet();
				}
			}));
		}
		await().until(() -> threads.stream().filter((it) -> it.getState() == Thread.State.BLOCKED).count() == 49);

		hanging.countDown();

		await().untilAsserted(() -> assertThat(refused).hasValue(50));
		assertThat(calls).hasValue(1);
	}

	@Test
	void asksOnceASecondAtMost() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		DynamoStore counted = TestStore.create(LocalDynamo.client(), meters);
		Nodes asking = new Nodes(counted);
		AtomicInteger answers = new AtomicInteger();
		double before = calls(meters);

		for (int i = 0; i < 1000; i++) {
			answers.addAndGet(asking.alive("nobody") ? 1 : 0);
		}

		assertThat(answers).hasValue(0);
		assertThat(calls(meters) - before).isLessThan(100);
	}

	private void silence(Nodes nodes) {
		Item silent = Item.of("NODE#" + nodes.self(), "NODE").with("aliveUntil", System.currentTimeMillis() - 1);
		this.store.call((client) -> client
			.putItem((put) -> put.tableName(this.store.table("Nodes")).item(silent.attributes())));
	}

	private static double calls(SimpleMeterRegistry meters) {
		return meters.get("sluice.store.calls").tag("outcome", "none").counter().count();
	}

}
