package dev.sluice.prompt.terms;

import org.jspecify.annotations.Nullable;

/** Keeps who changed what. */
public interface ChangeLog {

	/** What is changed. */
	enum Kind {

		TEMPLATE, LABEL, GUARDRAIL

	}

	/**
	 * A change that was made.
	 *
	 * @param name of the template or policy; of a label with its template's, joined by a
	 * slash
	 * @param action {@code created}, {@code moved}, {@code archived} and so on
	 * @param version of the template, or the revision of the policy
	 * @param content what it became, to be told by its hash alone
	 */
	record Change(Caller caller, Kind kind, String name, String action, @Nullable Integer version, String content) {
	}

	/**
	 * Sees to it that a change can be kept, before it is made.
	 * @throws PromptException if it cannot be kept for now
	 */
	void admit();

	void changed(Change change);

}
