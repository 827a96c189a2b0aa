package dev.sluice.prompt.guardrail.local;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What to look for.
 *
 * @param words denied words and phrases; found also in disguise, but never inside of
 * another word
 */
public record LocalRules(Set<PiiType> pii, List<NamedPattern> patterns, List<String> words) {

	public LocalRules {
		pii = Set.copyOf(pii);
		patterns = List.copyOf(patterns);
		words = List.copyOf(words);
	}

	/** Every type of personal data and secret, and nothing else. */
	public static LocalRules everyPii() {
		return new LocalRules(EnumSet.allOf(PiiType.class), List.of(), List.of());
	}

}
