package dev.sluice.model.bedrock;

import org.jspecify.annotations.Nullable;

/**
 * What the findings of a guardrail are called where Bedrock has no type for them. What
 * the guardrail's author named is called so; what a word or a regex matched is nobody's
 * business.
 */
final class GuardrailNames {

	static final String WORD = "WORD";

	private GuardrailNames() {
	}

	static String topic(@Nullable String name) {
		return (name != null) ? "TOPIC:" + name : "TOPIC";
	}

	static String regex(@Nullable String name) {
		return (name != null && !name.isEmpty()) ? name : "REGEX";
	}

	static String managedWord(@Nullable String type) {
		return (type != null && !type.isEmpty()) ? type : "PROFANITY";
	}

	/**
	 * A finding of automated reasoning, which has no action; nothing if it speaks for the
	 * answer or says nothing about it.
	 * @param member the member of the union that it is
	 */
	static @Nullable String reasoning(String member) {
		return switch (member) {
			case "invalid" -> "REASONING_INVALID";
			case "impossible" -> "REASONING_IMPOSSIBLE";
			case "satisfiable" -> "REASONING_SATISFIABLE";
			case "translationAmbiguous" -> "REASONING_AMBIGUOUS";
			default -> null;
		};
	}

}
