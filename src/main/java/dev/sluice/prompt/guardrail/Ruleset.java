package dev.sluice.prompt.guardrail;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule.Mode;
import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.guardrail.local.LocalRules;
import org.jspecify.annotations.Nullable;

/**
 * A policy that is ready to be applied, by any number of generations at a time.
 *
 * @param label the policy's name where meters tell it
 * @param holdBack most characters that an engine holds back
 * @param acts whether there is anything to do
 * @param applied the guardrails of Bedrock that Sluice applies itself
 */
record Ruleset(String name, String label, GuardrailPolicy policy, int holdBack, Map<Stage, StageRules> stages,
		boolean acts, List<BedrockRule> applied) {

	/** Nothing is looked for. */
	static final Ruleset NONE = of("none", "none", GuardrailPolicy.NONE, PolicyReader.SHORTEST_HOLD_BACK);

	/**
	 * Makes a policy ready.
	 * @param byDefault the hold-back of a policy that does not say
	 */
	static Ruleset of(String name, String label, GuardrailPolicy policy, int byDefault) {
		int holdBack = (policy.holdBack() != null) ? policy.holdBack() : byDefault;
		// A find is decided with the characters around it.
		for (GuardrailPolicy.RegexRule rule : policy.regexes()) {
			holdBack = Math.max(holdBack, rule.maxLength() + 1);
		}
		for (GuardrailPolicy.WordRule rule : policy.words()) {
			holdBack = Math.max(holdBack, rule.text().length() + 2);
		}
		Map<Stage, StageRules> stages = new EnumMap<>(Stage.class);
		Map<LocalRules, LocalDetector> pool = new HashMap<>();
		boolean acts = policy.acts();
		for (Stage stage : Stage.values()) {
			stages.put(stage, acts ? StageRules.of(policy, stage, holdBack, pool) : new StageRules(null, null, null));
		}
		List<BedrockRule> applied = acts
				? policy.bedrock().stream().filter((rule) -> rule.mode() == Mode.APPLY).toList() : List.of();
		return new Ruleset(name, label, policy, holdBack, stages, acts, applied);
	}

	/** These rules and those that a request asks for. */
	Ruleset and(Ruleset asked, int byDefault) {
		if (!asked.acts() || asked == this) {
			return this;
		}
		if (!acts()) {
			return new Ruleset(asked.name, asked.label, StricterPolicy.of(this.policy, asked.policy, byDefault),
					asked.holdBack, asked.stages, asked.acts, asked.applied);
		}
		return of(this.name + "+" + asked.name, this.label + "+" + asked.label,
				StricterPolicy.of(this.policy, asked.policy, byDefault), byDefault);
	}

	StageRules at(Stage stage) {
		StageRules rules = this.stages.get(stage);
		if (rules == null) {
			throw new IllegalStateException("No rules for " + stage);
		}
		return rules;
	}

	/** The guardrail that the model call is given. */
	@Nullable ProviderGuardrail provider() {
		if (acts()) {
			for (BedrockRule rule : this.policy.bedrock()) {
				if (rule.mode() != Mode.APPLY) {
					return new ProviderGuardrail(rule.identifier(), rule.version(), rule.mode() == Mode.CONVERSE_ASYNC);
				}
			}
		}
		return null;
	}

}
