package dev.sluice.prompt.guardrail;

import java.util.function.Consumer;

import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import dev.sluice.prompt.guardrail.bedrock.Windows;

/** A guardrail of Bedrock, shown windows of a text. */
final class BedrockScreen implements Screen {

	private final Windows windows;

	private final Stage stage;

	private final Findings findings;

	private boolean changed;

	BedrockScreen(BedrockLook look, int window, Stage stage, Findings findings) {
		this.windows = new Windows(window, look::at);
		this.stage = stage;
		this.findings = findings;
	}

	@Override
	public void accept(CharSequence piece, StringBuilder out) {
		this.windows.accept(piece, to(out));
	}

	@Override
	public void finish(StringBuilder out) {
		this.windows.finish(to(out));
	}

	@Override
	public int held() {
		return this.windows.held();
	}

	@Override
	public boolean changed() {
		return this.changed;
	}

	private Consumer<Assessment> to(StringBuilder out) {
		return (assessment) -> {
			this.findings.add(assessment, this.stage);
			if (assessment.verdict() != Verdict.BLOCKED) {
				this.changed |= assessment.verdict() == Verdict.MASKED;
				out.append(assessment.text());
			}
		};
	}

}
