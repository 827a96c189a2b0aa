package dev.sluice.prompt.context;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.sluice.model.message.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@Timeout(60)
class LearningTests {

	private static final List<Message> PROMPT = Collections.nCopies(100, Message.user("word ".repeat(400)));

	private static final long COUNTED = 50_400;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ContextBudget budget = new ContextBudget(new ContextProperties(100, 0), this.meters,
			new QuarterTokenizer());

	@Test
	void takesTheTokenizersWordAtFirst() {
		assertThat(this.budget.estimate("m", null, PROMPT)).isEqualTo(COUNTED);
	}

	@Test
	void comesToTheTruthOfEachModel() {
		Random random = new Random(1);
		for (int i = 0; i < 100; i++) {
			long counted = 300 + random.nextInt(5_000);
			this.budget.learn("more", counted, Math.round(counted * (1.2 + 0.2 * random.nextDouble())));
			this.budget.learn("less", counted, Math.round(counted * 0.8));
		}

		assertThat(ratio("more")).isCloseTo(1.3, within(0.05));
		assertThat(ratio("less")).isCloseTo(0.8, within(0.01));
		assertThat(ratio("other model")).isEqualTo(1);
	}

	@Test
	void learnsFromTheCallsItFitted() {
		ModelWindow window = new ModelWindow("m", 200_000, 0, 0, 4);
		Random random = new Random(2);
		for (int i = 0; i < 64 * 60; i++) {
			List<Message> messages = List.of(Message.user("word ".repeat(1 + random.nextInt(1_200))));
			FittedPrompt fitted = this.budget.fit(window, "Be brief", messages, 0, null, false);
			long actual = Math.round(1.4 * this.budget.estimate("never learned", "Be brief", messages));
			this.budget.learn("m", fitted.countedTokens(), actual);
		}

		assertThat(ratio("m")).isCloseTo(1.4, within(0.01));
	}

	/** Thousands of calls may have been estimated before the first of them ends. */
	@Test
	void doesNotOvershootWhenManyCallsTellTheSame() {
		for (int i = 0; i < 10_000; i++) {
			this.budget.learn("m", 1_000, 1_300);
		}

		assertThat(ratio("m")).isCloseTo(1.3, within(0.001));
	}

	@Test
	void listensLittleToShortPrompts() {
		this.budget.learn("m", 2, 20);

		assertThat(ratio("m")).isCloseTo(1.0, within(0.01));
	}

	@Test
	void forgetsWhatIsLongAgo() {
		for (int i = 0; i < 200; i++) {
			this.budget.learn("m", 1_000, 2_500);
		}
		for (int i = 0; i < 60; i++) {
			this.budget.learn("m", 1_000, 1_000);
		}

		assertThat(ratio("m")).isCloseTo(1.0, within(0.01));
	}

	@Test
	void believesNothingImpossible() {
		for (int i = 0; i < 500; i++) {
			this.budget.learn("many", 1_000, Long.MAX_VALUE);
			this.budget.learn("few", Long.MAX_VALUE, 1);
			this.budget.learn("nothing", 0, 1_000);
			this.budget.learn("nothing", 1_000, 0);
			this.budget.learn("nothing", -1, -1);
		}

		assertThat(ratio("many")).isCloseTo(3, within(0.001));
		assertThat(ratio("few")).isCloseTo(0.5, within(0.001));
		assertThat(ratio("nothing")).isEqualTo(1);
	}

	@Test
	void trimsByWhatItLearned() {
		List<Message> messages = List.of(Message.user("a".repeat(1_200)), Conversations.assistant("b".repeat(1_200)),
				Message.user("c".repeat(1_200)));
		ModelWindow window = new ModelWindow("m", 1_200, 0, 0, 4);
		assertThat(this.budget.fit(window, null, messages, 0, 100, false).trimmedMessages()).isZero();

		for (int i = 0; i < 100; i++) {
			this.budget.learn("m", 1_000, 1_500);
		}

		assertThat(this.budget.fit(window, null, messages, 0, 100, false).trimmedMessages()).isEqualTo(2);
	}

	@Test
	void learnsFromManyAtOnce() {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 1_000; i++) {
				threads.execute(() -> this.budget.learn("m", 1_000, 2_000));
			}
		}

		assertThat(ratio("m")).isCloseTo(2, within(0.001));
	}

	@Test
	void remembersABoundedNumberOfModels() {
		for (int i = 0; i < 5_000; i++) {
			this.budget.learn("model " + i, 1_000, 2_000);
		}

		assertThat(this.meters.getMeters()).hasSizeBetween(1_000, 1_001);
		assertThat(ratio("model 4999")).isCloseTo(2, within(0.01));
	}

	private double ratio(String model) {
		return this.budget.estimate(model, null, PROMPT) / (double) COUNTED;
	}

}
