package dev.sluice.prompt.guardrail;

import java.util.List;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.GuardrailReport.Verdict;

/**
 * What a policy does to a text.
 *
 * @param text what may be seen of it, or what the caller is told if it is blocked
 */
public record Applied(Verdict verdict, String text, List<Place> findings) {

	/**
	 * A finding and its place in the text that was given.
	 *
	 * @param start its first character, -1 where it has no place or none that is known
	 * @param end the character after its last, -1 likewise
	 */
	public record Place(Finding finding, int start, int end) {
	}

	public Applied {
		findings = List.copyOf(findings);
	}

}
