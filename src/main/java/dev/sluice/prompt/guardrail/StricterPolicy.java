package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule.Mode;
import dev.sluice.prompt.guardrail.GuardrailPolicy.Messages;
import dev.sluice.prompt.guardrail.GuardrailPolicy.PromptAttackRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.RegexRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.WordRule;
import dev.sluice.prompt.guardrail.local.PiiType;
import org.jspecify.annotations.Nullable;

/**
 * Joins the policy that holds with one that a request asks for, so that the outcome is
 * never less strict than the first.
 */
final class StricterPolicy {

	private StricterPolicy() {
	}

	/** Both in one; {@code holdBack} is that of a policy that does not say. */
	static GuardrailPolicy of(GuardrailPolicy base, GuardrailPolicy asked, int holdBack) {
		if (!asked.acts()) {
			return base;
		}
		// What is kept for the audit is not for the request to say.
		if (!base.acts()) {
			return asked.with(base.audit());
		}
		return new GuardrailPolicy(base.description(), true, pii(base, asked), regexes(base, asked), words(base, asked),
				promptAttack(base.promptAttack(), asked.promptAttack()), bedrock(base, asked),
				messages(base.messages(), asked.messages()), base.failOpen() && asked.failOpen(),
				base.reversible() && asked.reversible(), Math.max(holdBack(base, holdBack), holdBack(asked, holdBack)),
				base.audit());
	}

	/** Type by type, since a type that one names may stand under "*" in the other. */
	private static Map<String, Treatment.ByStage> pii(GuardrailPolicy base, GuardrailPolicy asked) {
		Map<String, Treatment.ByStage> all = new TreeMap<>();
		for (PiiType type : PiiType.values()) {
			all.put(type.name(), base.treatmentOf(type.name()).or(asked.treatmentOf(type.name())));
		}
		for (GuardrailPolicy policy : List.of(base, asked)) {
			policy.pii().forEach((type, treatment) -> {
				if (!type.equals(GuardrailPolicy.EVERY)) {
					all.merge(type, treatment, Treatment.ByStage::or);
				}
			});
		}
		return all;
	}

	private static List<RegexRule> regexes(GuardrailPolicy base, GuardrailPolicy asked) {
		record Key(String name, String pattern, int maxLength) {
		}
		return union(base.regexes(), asked.regexes(), (rule) -> new Key(rule.name(), rule.pattern(), rule.maxLength()),
				(one, other) -> new RegexRule(one.name(), one.pattern(), one.maxLength(),
						one.treatment().or(other.treatment())));
	}

	private static List<WordRule> words(GuardrailPolicy base, GuardrailPolicy asked) {
		return union(base.words(), asked.words(), (rule) -> rule.text().toLowerCase(Locale.ROOT),
				(one, other) -> new WordRule(one.text(), one.treatment().or(other.treatment())));
	}

	private static <T> List<T> union(List<T> one, List<T> other, Function<T, Object> key, BinaryOperator<T> both) {
		Map<Object, T> all = new LinkedHashMap<>();
		one.forEach((rule) -> all.merge(key.apply(rule), rule, both));
		other.forEach((rule) -> all.merge(key.apply(rule), rule, both));
		return List.copyOf(all.values());
	}

	private static @Nullable PromptAttackRule promptAttack(@Nullable PromptAttackRule one,
			@Nullable PromptAttackRule other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return new PromptAttackRule(one.treatment().or(other.treatment()),
				Math.min(one.threshold(), other.threshold()));
	}

	/** A model call takes one guardrail; any other is applied by Sluice. */
	private static List<BedrockRule> bedrock(GuardrailPolicy base, GuardrailPolicy asked) {
		List<BedrockRule> all = new ArrayList<>(base.bedrock());
		for (BedrockRule rule : asked.bedrock()) {
			int known = indexOf(all, rule);
			if (known < 0) {
				boolean taken = all.stream().anyMatch((other) -> other.mode() != Mode.APPLY);
				all.add(taken ? rule.with(Mode.APPLY) : rule);
			}
			else if (all.get(known).mode() == Mode.CONVERSE_ASYNC) {
				all.set(known, rule);
			}
		}
		return all;
	}

	private static int indexOf(List<BedrockRule> rules, BedrockRule wanted) {
		for (int index = 0; index < rules.size(); index++) {
			if (rules.get(index).isSame(wanted)) {
				return index;
			}
		}
		return -1;
	}

	private static Messages messages(Messages base, Messages asked) {
		return new Messages((base.input() != null) ? base.input() : asked.input(),
				(base.output() != null) ? base.output() : asked.output());
	}

	private static int holdBack(GuardrailPolicy policy, int byDefault) {
		return (policy.holdBack() != null) ? policy.holdBack() : byDefault;
	}

}
