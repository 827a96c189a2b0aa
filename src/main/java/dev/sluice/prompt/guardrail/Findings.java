package dev.sluice.prompt.guardrail;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import org.jspecify.annotations.Nullable;

/** What was found in one prompt or one answer. */
final class Findings {

	private final Ruleset rules;

	private final GuardrailMeters meters;

	private final SequencedSet<Finding> all = new LinkedHashSet<>();

	private Verdict verdict = Verdict.NONE;

	private @Nullable Stage blockedAt;

	/** The words of the guardrail that blocked, if it has any. */
	private @Nullable String message;

	Findings(Ruleset rules, GuardrailMeters meters) {
		this.rules = rules;
		this.meters = meters;
	}

	void add(String type, Stage stage, Treatment treatment) {
		Finding.Action action = treatment.action();
		if (action != null) {
			add(new Finding(type, stage.reported(), action), stage);
		}
	}

	private void add(Finding finding, Stage stage) {
		this.all.add(finding);
		this.meters.found(finding, this.rules.label());
		raise(switch (finding.action()) {
			case FLAG -> Verdict.NONE;
			case MASK -> Verdict.MASKED;
			case BLOCK -> Verdict.BLOCKED;
		}, stage);
	}

	/** Takes over what Bedrock says of a text. */
	void add(Assessment assessment, Stage stage) {
		if (assessment.verdict() == Verdict.BLOCKED && this.blockedAt == null && !assessment.text().isBlank()) {
			this.message = assessment.text();
		}
		assessment.findings().forEach((found) -> add(found.finding(), stage));
		raise(assessment.verdict(), stage);
	}

	/** Takes over a verdict, if it is more than what is known. */
	private void raise(Verdict verdict, Stage stage) {
		if (verdict == Verdict.BLOCKED && this.blockedAt == null) {
			this.blockedAt = stage;
		}
		if (verdict.compareTo(this.verdict) > 0) {
			this.verdict = verdict;
		}
	}

	boolean blocked() {
		return this.blockedAt != null;
	}

	/** What the caller is told instead, {@code null} while nothing blocks. */
	@Nullable String blockedMessage() {
		return (this.blockedAt != null) ? this.rules.policy().messages().of(this.blockedAt, this.message) : null;
	}

	GuardrailReport report() {
		return (this.verdict == Verdict.NONE && this.all.isEmpty()) ? GuardrailReport.NONE
				: new GuardrailReport(this.verdict, this.all.stream().toList());
	}

}
