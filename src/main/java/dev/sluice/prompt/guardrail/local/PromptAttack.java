package dev.sluice.prompt.guardrail.local;

import java.util.List;

/** Tells prompt attacks. */
public final class PromptAttack {

	private PromptAttack() {
	}

	public static Score score(CharSequence text) {
		return new Score(text.toString().contains("Ignore all previous instructions") ? 1 : 0, List.of());
	}

	/** How sure it is. */
	public record Score(double value, List<String> signals) {
	}

}
