package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.guardrail.local.LocalRules;
import dev.sluice.prompt.guardrail.local.NamedPattern;
import dev.sluice.prompt.guardrail.local.PiiType;
import dev.sluice.prompt.guardrail.local.Span;
import dev.sluice.prompt.terms.PromptText;
import org.jspecify.annotations.Nullable;

/**
 * What the local engine does at one stage. There is a detector of its own for each
 * treatment: one alone would give a text that fits two types to one of them, and with it
 * perhaps the milder treatment.
 */
record StageRules(@Nullable LocalDetector block, @Nullable LocalDetector mask, @Nullable LocalDetector flag) {

	/** The rules of a policy for a stage; equal ones share a detector. */
	static StageRules of(GuardrailPolicy policy, Stage stage, int holdBack, Map<LocalRules, LocalDetector> pool) {
		return new StageRules(detector(policy, stage, Treatment.BLOCK, holdBack, pool),
				detector(policy, stage, Treatment.MASK, holdBack, pool),
				detector(policy, stage, Treatment.FLAG, holdBack, pool));
	}

	private static @Nullable LocalDetector detector(GuardrailPolicy policy, Stage stage, Treatment treatment,
			int holdBack, Map<LocalRules, LocalDetector> pool) {
		Set<PiiType> types = EnumSet.noneOf(PiiType.class);
		for (PiiType type : PiiType.values()) {
			if (policy.treatmentOf(type.name()).at(stage) == treatment) {
				types.add(type);
			}
		}
		List<NamedPattern> patterns = policy.regexes()
			.stream()
			.filter((rule) -> rule.treatment().at(stage) == treatment)
			.map((rule) -> new NamedPattern(rule.name(), rule.pattern(), rule.maxLength()))
			.toList();
		List<String> words = policy.words()
			.stream()
			.filter((rule) -> rule.treatment().at(stage) == treatment)
			.map(GuardrailPolicy.WordRule::text)
			.toList();
		if (types.isEmpty() && patterns.isEmpty() && words.isEmpty()) {
			return null;
		}
		return pool.computeIfAbsent(new LocalRules(types, patterns, words),
				(rules) -> LocalDetector.of(rules, holdBack));
	}

	boolean isEmpty() {
		return this.block == null && this.mask == null && this.flag == null;
	}

	/**
	 * Looks at a whole text.
	 * @param maskOf what stands for a text of a type
	 * @return what is found in the parts that the caller gave, in the order of the text
	 */
	List<Sighting> find(PromptText text, BiFunction<String, String, String> maskOf) {
		List<Sighting> all = new ArrayList<>();
		find(this.block, Treatment.BLOCK, text, maskOf, all);
		find(this.mask, Treatment.MASK, text, maskOf, all);
		find(this.flag, Treatment.FLAG, text, maskOf, all);
		all.sort(Comparator.comparingInt(Sighting::start));
		return all;
	}

	private static void find(@Nullable LocalDetector detector, Treatment treatment, PromptText text,
			BiFunction<String, String, String> maskOf, List<Sighting> all) {
		if (detector != null) {
			for (Span span : detector.find(text.text())) {
				if (text.isGiven(span.start(), span.end())) {
					String mask = (treatment == Treatment.FLAG) ? null
							: maskOf.apply(span.type(), text.text().substring(span.start(), span.end()));
					all.add(new Sighting(span.type(), treatment, span.start(), span.end(), mask));
				}
			}
		}
	}

}
