package dev.sluice.prompt.guardrail.bedrock;

import java.util.List;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.GuardrailReport;

/**
 * What a guardrail says of a text.
 *
 * @param text the text to go on with: as it was, masked, or the guardrail's own message
 * where it blocked
 */
public record Assessment(GuardrailReport.Verdict verdict, String text, List<Located> findings) {

	public Assessment {
		findings = List.copyOf(findings);
	}

	/** A text in which nothing was found. */
	public static Assessment untouched(String text) {
		return new Assessment(GuardrailReport.Verdict.NONE, text, List.of());
	}

	/** The verdict and each kind of finding once. */
	public GuardrailReport report() {
		List<Finding> kinds = this.findings.stream().map(Located::finding).distinct().toList();
		return new GuardrailReport(this.verdict, kinds);
	}

	/** Without the text, which is nobody's business in a log. */
	@Override
	public String toString() {
		return "Assessment[" + this.verdict + ", " + this.text.length() + " characters, " + this.findings + "]";
	}

}
