package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is looked for and what is done about it. A policy that is not enabled does
 * nothing.
 *
 * @param pii by type; {@link #EVERY} stands for those local types that are not named
 * @param bedrock at most one, but where two policies were joined
 * @param failOpen whether texts pass unseen while an engine fails
 * @param reversible whether the answer shows the caller again what was masked in the
 * prompt
 * @param holdBack most characters of a stream that wait for what follows, {@code null}
 * for the configured number
 */
public record GuardrailPolicy(String description, boolean enabled, Map<String, Treatment.ByStage> pii,
		List<RegexRule> regexes, List<WordRule> words, @Nullable PromptAttackRule promptAttack,
		List<BedrockRule> bedrock, Messages messages, boolean failOpen, boolean reversible, @Nullable Integer holdBack,
		Audit audit) {

	/** The key that stands for all local types that are not named. */
	public static final String EVERY = "*";

	/** A policy that does nothing. */
	public static final GuardrailPolicy NONE = new GuardrailPolicy("", false, Map.of(), List.of(), List.of(), null,
			List.of(), Messages.DEFAULTS, false, false, null, Audit.DEFAULTS);

	/**
	 * A regex of one's own.
	 *
	 * @param maxLength the longest match that counts
	 */
	public record RegexRule(String name, String pattern, int maxLength, Treatment.ByStage treatment) {
	}

	/** A denied word or phrase. */
	public record WordRule(String text, Treatment.ByStage treatment) {
	}

	/**
	 * Prompts that want to talk the model out of its instructions.
	 *
	 * @param threshold 0 to 1: how sure it must be
	 */
	public record PromptAttackRule(Treatment treatment, double threshold) {
	}

	/**
	 * A guardrail of Amazon Bedrock.
	 *
	 * @param window how many characters of an answer it is shown at a time, which is how
	 * many are held back
	 */
	public record BedrockRule(String identifier, String version, Mode mode, int window) {

		/** Who applies it. */
		public enum Mode {

			/** Sluice, to the prompt before and to windows of the answer. */
			APPLY("apply"),
			/** The model call, before it passes anything on. */
			CONVERSE("converse"),
			/** The model call, while it passes on. */
			CONVERSE_ASYNC("converse-async");

			private final String word;

			Mode(String word) {
				this.word = word;
			}

			/** The word for it in a policy. */
			String word() {
				return this.word;
			}

		}

		boolean isSame(BedrockRule other) {
			return this.identifier.equals(other.identifier) && this.version.equals(other.version);
		}

		BedrockRule with(Mode mode) {
			return new BedrockRule(this.identifier, this.version, mode, this.window);
		}

	}

	/** What a caller is told who was blocked; {@code null} for the usual words. */
	public record Messages(@Nullable String input, @Nullable String output) {

		public static final Messages DEFAULTS = new Messages(null, null);

		/**
		 * What the caller is told.
		 * @param engine what the engine says that blocked, if it says anything
		 */
		String of(Stage stage, @Nullable String engine) {
			String message = (stage == Stage.INPUT) ? this.input : this.output;
			if (message != null) {
				return message;
			}
			if (engine != null) {
				return engine;
			}
			return (stage == Stage.INPUT) ? "This request was stopped by a guardrail."
					: "This answer was stopped by a guardrail.";
		}

	}

	/** Whether the audit trail keeps texts, masked, and for how long. */
	public record Audit(boolean text, Duration retention) {

		public static final Audit DEFAULTS = new Audit(false, Duration.ofDays(30));

	}

	public GuardrailPolicy {
		pii = Map.copyOf(pii);
		regexes = List.copyOf(regexes);
		words = List.copyOf(words);
		bedrock = List.copyOf(bedrock);
	}

	/** The same policy, which keeps something else for the audit. */
	GuardrailPolicy with(Audit other) {
		return new GuardrailPolicy(this.description, this.enabled, this.pii, this.regexes, this.words,
				this.promptAttack, this.bedrock, this.messages, this.failOpen, this.reversible, this.holdBack, other);
	}

	/** Whether there is anything to do. */
	boolean acts() {
		return this.enabled && guardsSomething();
	}

	/** Whether it looks for anything, were it enabled. */
	boolean guardsSomething() {
		return this.promptAttack != null || !this.bedrock.isEmpty() || !this.regexes.isEmpty() || !this.words.isEmpty()
				|| this.pii.values().stream().anyMatch((treatment) -> !treatment.equals(Treatment.ByStage.NONE));
	}

	/** What is done about a local type. */
	Treatment.ByStage treatmentOf(String type) {
		Treatment.ByStage named = this.pii.get(type);
		return (named != null) ? named : this.pii.getOrDefault(EVERY, Treatment.ByStage.NONE);
	}

}
