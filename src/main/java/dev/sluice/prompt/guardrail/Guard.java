package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.List;

import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptText;
import org.jspecify.annotations.Nullable;

/**
 * Guards one generation by a policy: its prompt first, then its answer. Not for use by
 * several threads at once.
 */
public final class Guard {

	private final Ruleset rules;

	private final Engines engines;

	private final Placeholders placeholders;

	/**
	 * A prompt that was looked at.
	 *
	 * @param texts what may be sent of the texts, in their order
	 * @param blockedMessage what the caller is told instead of an answer, {@code null}
	 * unless the prompt is blocked
	 */
	public record Input(List<String> texts, GuardrailReport report, @Nullable String blockedMessage) {

		public Input {
			texts = List.copyOf(texts);
		}

	}

	Guard(Ruleset rules, Engines engines) {
		this.rules = rules;
		this.engines = engines;
		this.placeholders = new Placeholders(rules.policy().reversible());
	}

	/** The name of the policy, or the names of two joined by a plus sign. */
	public String policy() {
		return this.rules.name();
	}

	/** Whether there is nothing to do at all, neither here nor by the model call. */
	public boolean idle() {
		return !this.rules.acts();
	}

	/**
	 * Looks at the texts of a prompt, as far as the caller gave them.
	 * @param longest how long one that asks Bedrock may take
	 * @throws PromptException with {@code GUARDRAIL_UNAVAILABLE} if an engine fails and
	 * the policy lets nothing pass unseen, or if it takes too long
	 */
	public Input input(List<PromptText> texts, Duration longest) {
		if (idle()) {
			return new Input(texts.stream().map(PromptText::text).toList(), GuardrailReport.NONE, null);
		}
		long start = System.nanoTime();
		Findings findings = new Findings(this.rules, this.engines.meters());
		texts.forEach((text) -> this.placeholders.avoidThoseOf(text.text()));
		List<String> visible = new WholeText(this.rules, Stage.INPUT, this.placeholders, this.engines, findings)
			.at(texts, longest)
			.stream()
			.map((seen) -> seen.text().text())
			.toList();
		this.engines.meters().took(Stage.INPUT, System.nanoTime() - start);
		return new Input(visible, findings.report(), findings.blockedMessage());
	}

	/** The guardrail that the model call is to be given, if the policy wants that. */
	public @Nullable ProviderGuardrail provider() {
		return this.rules.provider();
	}

	/** A guard for the answer to the prompt that was looked at. */
	public OutputGuard output() {
		return new OutputGuard(this.rules, this.placeholders, this.engines);
	}

	/** Whether the audit trail may keep the texts, masked. */
	public boolean auditsText() {
		return this.rules.policy().audit().text();
	}

	/** How long the audit trail keeps them. */
	public Duration auditRetention() {
		return this.rules.policy().audit().retention();
	}

	Placeholders placeholders() {
		return this.placeholders;
	}

}
