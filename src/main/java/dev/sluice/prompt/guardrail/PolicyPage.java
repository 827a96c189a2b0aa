package dev.sluice.prompt.guardrail;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some of the policies, in the order of their names.
 *
 * @param next after what name the list goes on, {@code null} at its end
 */
public record PolicyPage(List<PolicySummary> items, @Nullable String next) {

	public PolicyPage {
		items = List.copyOf(items);
	}

}
