package dev.sluice.model.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What guardrails did to a generation.
 *
 * @param findings in the order in which they were made, each kind once
 */
public record GuardrailReport(Verdict verdict, List<Finding> findings) {

	/** The outcome, from the least to the most. */
	public enum Verdict {

		NONE, MASKED, BLOCKED

	}

	public static final GuardrailReport NONE = new GuardrailReport(Verdict.NONE, List.of());

	public GuardrailReport {
		findings = List.copyOf(findings);
	}

	/** Both reports in one. */
	public GuardrailReport and(GuardrailReport later) {
		if (later.equals(NONE)) {
			return this;
		}
		SequencedSet<Finding> all = new LinkedHashSet<>(this.findings);
		all.addAll(later.findings);
		Verdict more = (this.verdict.compareTo(later.verdict) >= 0) ? this.verdict : later.verdict;
		return new GuardrailReport(more, new ArrayList<>(all));
	}

}
