package dev.sluice.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.message.Message;
import dev.sluice.orchestration.generation.GenerationRequest;
import dev.sluice.orchestration.generation.Prompt;
import dev.sluice.prompt.context.FittedPrompt;
import dev.sluice.prompt.context.ModelWindow;
import dev.sluice.prompt.guardrail.Guard;
import dev.sluice.prompt.template.Rendering;
import dev.sluice.prompt.template.Template;
import dev.sluice.prompt.terms.PromptText;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What becomes of a request before the model is asked, one step after the other. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = { "-Xms2g", "-Xmx2g", "--enable-native-access=ALL-UNNAMED" })
public class PromptBenchmark {

	@Benchmark
	public Template lookUp(Layer layer) {
		return layer.templates.find("default", Layer.TEMPLATE, "benchmark");
	}

	@Benchmark
	public Rendering render(Rendered rendered) {
		return rendered.template.render(Layer.VARIABLES);
	}

	@Benchmark
	public Guard.Input guard(Layer layer, Policy policy) {
		return layer.guardrails.guard("default", null, policy.asked()).input(policy.texts, Duration.ofSeconds(1));
	}

	/** A prompt that fits without a doubt, as most do. */
	@Benchmark
	public FittedPrompt budgetShort(Layer layer, Conversation conversation) {
		return layer.budget.fit(Layer.WINDOW, Prose.TEXT, conversation.shortOne, 0, null, true);
	}

	/** A conversation of 40 messages and 20 KB that fits without a doubt. */
	@Benchmark
	public FittedPrompt budgetLong(Layer layer, Conversation conversation) {
		return layer.budget.fit(Layer.WINDOW, Prose.TEXT, conversation.longOne, 0, null, true);
	}

	/** The same in a window that takes about half of it. */
	@Benchmark
	public FittedPrompt budgetTrimmed(Layer layer, Conversation conversation) {
		return layer.budget.fit(Conversation.NARROW, Prose.TEXT, conversation.longOne, 0, null, true);
	}

	/** All of it, with a template. */
	@Benchmark
	public Prompt wholeTemplated(Layer layer, Policy policy) {
		return layer.generations.preview(policy.templated);
	}

	/** All of it, with one message and no template. */
	@Benchmark
	public Prompt wholePlain(Layer layer, Policy policy) {
		return layer.generations.preview(policy.plain);
	}

	/** A template that was found. */
	@State(Scope.Benchmark)
	public static class Rendered {

		Template template;

		@Setup(Level.Trial)
		public void find(Layer layer) {
			this.template = layer.templates.find("default", Layer.TEMPLATE, "benchmark");
		}

	}

	/** By which policy prompts are guarded. */
	@State(Scope.Benchmark)
	public static class Policy {

		@Param({ "default", "strict" })
		String policy;

		List<PromptText> texts;

		GenerationRequest templated;

		GenerationRequest plain;

		@Setup(Level.Trial)
		public void prepare() {
			this.texts = List.of(PromptText.given(Prose.TEXT));
			this.templated = Layer.request(true, asked());
			this.plain = Layer.request(false, asked());
		}

		/** The default policy holds without being asked for. */
		String asked() {
			return this.policy.equals("default") ? null : this.policy;
		}

	}

	/** What is to fit. */
	@State(Scope.Benchmark)
	public static class Conversation {

		static final ModelWindow NARROW = new ModelWindow("narrow", 4_000, 1_000, 0, 0);

		final List<Message> shortOne = List.of(Message.user(Prose.TEXT));

		final List<Message> longOne = Layer.conversation(40);

	}

}
