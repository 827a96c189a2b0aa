package dev.sluice.prompt.template;

import dev.sluice.store.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TemplateCacheTests {

	private final SwitchableDynamo dynamo = new SwitchableDynamo();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AtomicLong now = new AtomicLong();

	private DynamoStore store;

	/** The node that writes, which never looks away. */
	private Templates writer;

	private TemplateCache cache;

	private Templates reader;

	@BeforeEach
	void begin() {
		this.store = TestStore.create(this.dynamo.client(), new SimpleMeterRegistry());
		this.writer = TestTemplates.node(this.store);
		this.cache = new TemplateCache(new TemplateStore(this.store), TestTemplates.properties(), this.meters,
				this.now::get);
		this.reader = TestTemplates.node(this.store, this.cache);
		write("greet", "one");
	}

	@Test
	void asksTheStoreOnceAndThenOnlyAfterAWhile() {
		find("greet");
		await().until(() -> this.dynamo.reads() >= 3);
		int reads = this.dynamo.reads();

		pass(4);
		for (int i = 0; i < 1000; i++) {
			assertThat(find("greet")).isEqualTo(1);
		}

		assertThat(this.dynamo.reads()).isEqualTo(reads);
	}

	@Test
	void countsWhatWasInMemory() {
		for (int i = 0; i < 10; i++) {
			find("greet");
		}

		assertThat(gets("heads", "miss")).isEqualTo(1);
		assertThat(gets("heads", "hit")).isEqualTo(9);
		assertThat(gets("versions", "hit") + gets("versions", "miss")).isEqualTo(10);
	}

	@Test
	void readsAgainBehindTheRequest() throws Exception {
		find("greet");
		write("greet", "two");
		pass(6);
		CountDownLatch gate = this.dynamo.close();

		assertThat(find("greet")).as("while the store is slow").isEqualTo(1);
		assertThat(find("greet")).isEqualTo(1);
		gate.countDown();

		await().untilAsserted(() -> assertThat(find("greet")).isEqualTo(2));
		assertThat(stale()).isZero();
	}

	@Test
	void showsItsOwnWritesAtOnce() {
		assertThat(find("greet")).isEqualTo(1);

		this.reader.create(TestTemplates.ANN, "greet", TestTemplates.saying("two"), null);
		assertThat(find("greet")).isEqualTo(2);
		this.reader.label(TestTemplates.ANN, "greet", "production", new LabelTarget.Fixed(1), null);
		assertThat(find("greet")).isEqualTo(1);
		this.reader.archive(TestTemplates.ANN, "greet");
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("greet"));
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("later"));
		this.reader.create(TestTemplates.ANN, "later", TestTemplates.saying("x"), null);
		assertThat(find("later")).isEqualTo(1);
	}

	@Test
	void readsAgainWhatNobodyAskedForInALongTimeBeforeItIsServed() {
		find("greet");
		write("greet", "two");
		pass(3600);

		await().atMost(5, TimeUnit.SECONDS).untilAsserted(() -> assertThat(find("greet")).isEqualTo(2));
	}

	/** DynamoDB goes while many ask: nobody notices, and nobody waits. */
	@Test
	void goesOnFromMemoryWhileTheStoreIsAway() throws Exception {
		write("greet", "two");
		this.writer.label(TestTemplates.ANN, "greet", "canary",
				new LabelTarget.Weighted(new java.util.TreeMap<>(Map.of(1, 1, 2, 1))), null);
		find("greet");
		await().untilAsserted(() -> assertThat(this.dynamo.reads()).isGreaterThanOrEqualTo(6));
		AtomicBoolean stop = new AtomicBoolean();
		AtomicLong answers = new AtomicLong();
		ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			String key = "caller" + i;
			// Busy virtual threads would leave nothing to those that read.
			callers.add(Thread.ofPlatform().daemon().start(() -> {
				while (!stop.get()) {
					try {
						this.reader.find("acme", new TemplateReference("greet", null, null), key).render(Map.of());
						this.reader.find("acme", new TemplateReference("greet", null, "canary"), key);
						answers.incrementAndGet();
						Thread.yield();
					}
					catch (Throwable ex) {
						failures.add(ex);
					}
				}
			}));
		}

		try {
			cutTheLineAndMendIt(answers);
		}
		finally {
			stop.set(true);
			for (Thread caller : callers) {
				caller.join();
			}
		}
		assertThat(failures).isEmpty();
		assertThat(this.cache.outage()).isNull();
		assertThat(new TemplatesHealthIndicator(this.cache).health().getStatus().getCode()).isEqualTo("UP");
	}

	private void cutTheLineAndMendIt(AtomicLong answers) {
		this.dynamo.setDown(true);
		for (int i = 0; i < 20; i++) {
			pass(60);
			long before = answers.get();
			await().pollInterval(Duration.ofMillis(1)).until(() -> answers.get() > before + 100);
		}
		await().until(() -> this.cache.outage() != null && stale() > 0);
		assertThat(new TemplatesHealthIndicator(this.cache).health().getStatus().getCode()).isEqualTo("DEGRADED");

		this.dynamo.setDown(false);
		write("greet", "three");
		await().pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
			pass(6);
			assertThat(find("greet")).isEqualTo(3);
		});
	}

	@Test
	void saysSoIfNothingWasRead() {
		this.dynamo.setDown(true);

		for (int i = 0; i < 100; i++) {
			assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("greet"))
				.extracting(PromptException::reason)
				.isEqualTo(Reason.STORE_UNAVAILABLE);
		}
		assertThat(this.dynamo.reads()).as("asked but once, and everybody else told at once").isLessThan(10);

		this.dynamo.setDown(false);
		pass(1);
		assertThat(find("greet")).isEqualTo(1);
	}

	@Test
	void asksOnceForManyCallers() throws Exception {
		int before = this.dynamo.reads();
		CountDownLatch gate = this.dynamo.close();
		List<CompletableFuture<Integer>> callers = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			CompletableFuture<Integer> caller = new CompletableFuture<>();
			Thread.ofVirtual().start(() -> caller.complete(find("greet")));
			callers.add(caller);
		}
		await().until(() -> this.dynamo.reads() == before + 1);

		gate.countDown();

		for (CompletableFuture<Integer> caller : callers) {
			assertThat(caller.get(5, TimeUnit.SECONDS)).isEqualTo(1);
		}
		assertThat(this.dynamo.reads() - before).as("the head and its version").isEqualTo(2);
	}

	/** The SDK repeats a call whose answer got lost. */
	@Test
	void takesItsOwnWriteForNobodyElses() {
		this.dynamo.setRepeating(true);
		LabelTarget one = new LabelTarget.Fixed(1);

		TemplateHead labelled = this.reader.label(TestTemplates.ANN, "greet", "beta", one,
				new Templates.Expectation(null));
		this.reader.archive(TestTemplates.ANN, "greet");

		assertThat(labelled.labels()).containsEntry("beta", one);
		assertThat(labelled.revision()).isEqualTo(2);
		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> this.reader.archive(TestTemplates.ANN, "greet"))
			.extracting(PromptException::reason)
			.isEqualTo(Reason.NOT_FOUND);
	}

	/** An item that was removed by hand, or a table that was restored. */
	@Test
	void forgetsWhatTheStoreLost() {
		find("greet");
		TemplateHead first = this.writer.head("acme", "greet");
		write("greet", "two");
		pass(6);
		await().until(() -> find("greet") == 2);

		this.store.call((client) -> client.deleteItem((delete) -> delete.tableName(this.store.table("Templates"))
			.key(Item.of("TEMPLATES#acme", "greet").attributes())));
		pass(6);
		await().untilAsserted(() -> assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("greet"))
			.extracting(PromptException::reason)
			.isEqualTo(Reason.NOT_FOUND));

		assertThat(first.revision()).isEqualTo(1);
	}

	@Test
	void keepsItsOwnWriteThoughAnOlderReadComesLater() throws Exception {
		find("greet");
		pass(6);
		CountDownLatch answers = this.dynamo.holdAnswers();
		find("greet");
		await().until(() -> this.dynamo.held() == 1);
		this.dynamo.release();
		this.reader.create(TestTemplates.ANN, "greet", TestTemplates.saying("two"), null);
		assertThat(find("greet")).isEqualTo(2);

		answers.countDown();

		await().until(() -> this.dynamo.held() == 0);
		for (int i = 0; i < 50; i++) {
			assertThat(find("greet")).isEqualTo(2);
			Thread.yield();
		}
	}

	@Test
	void remembersThatThereIsNothing() {
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("nothing"));
		int reads = this.dynamo.reads();

		for (int i = 0; i < 100; i++) {
			assertThatExceptionOfType(PromptException.class).isThrownBy(() -> find("nothing"))
				.extracting(PromptException::reason)
				.isEqualTo(Reason.NOT_FOUND);
		}
		assertThat(this.dynamo.reads()).isEqualTo(reads);

		write("nothing", "something");
		pass(6);
		await().ignoreExceptions().until(() -> find("nothing") == 1);
	}

	private int find(String name) {
		return this.reader.find("acme", new TemplateReference(name, null, null), "k").version();
	}

	private void write(String name, String text) {
		this.writer.create(TestTemplates.ANN, name, TestTemplates.saying(text), null);
	}

	private void pass(long seconds) {
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
	}

	private double gets(String cache, String result) {
		return this.meters.get("sluice.templates.gets").tags("cache", cache, "result", result).counter().count();
	}

	private double stale() {
		return this.meters.get("sluice.templates.stale").counter().count();
	}

}
