package dev.sluice.orchestration.node;

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
		Item silent = Item.of("NODE#" + this.there.self(), "NODE").with("aliveUntil", System.currentTimeMillis() - 1);
		this.store.call((client) -> client
			.putItem((put) -> put.tableName(this.store.table("Nodes")).item(silent.attributes())));

		assertThat(this.here.alive(this.there.self())).isFalse();
		assertThat(this.here.alive("nobody")).isFalse();
		assertThat(this.here.alive(this.here.self())).isTrue();
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

	private static double calls(SimpleMeterRegistry meters) {
		return meters.get("sluice.store.calls").tag("outcome", "none").counter().count();
	}

}
