package dev.sluice.prompt.guardrail;

import java.util.Locale;
import java.util.Set;

import dev.sluice.prompt.guardrail.local.PiiType;
import dev.sluice.prompt.guardrail.local.Span;

/** The names of what is found, where they are not those of {@link PiiType}. */
final class Kinds {

	static final String PROMPT_ATTACK = "PROMPT_ATTACK";

	/** What Bedrock names itself, other than what a guardrail's author named. */
	private static final Set<String> BEDROCK = Set.of("NAME", "ADDRESS", "INSULTS", "HATE", "SEXUAL", "VIOLENCE",
			"MISCONDUCT", "PROFANITY", "GROUNDING", "RELEVANCE");

	private Kinds() {
	}

	/** Whether this is a name of ours or of Bedrock's. */
	static boolean isKnown(String type) {
		return type.equals(Span.WORD) || type.equals(PROMPT_ATTACK) || BEDROCK.contains(type)
				|| PiiType.named(type).filter((known) -> known.name().equals(type)).isPresent();
	}

	/** Whether a regex may not have this name. */
	static boolean isTaken(String name) {
		return isKnown(name.toUpperCase(Locale.ROOT));
	}

}
