package dev.sluice.prompt.guardrail;

import java.util.function.BiFunction;

import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.guardrail.local.Scan;

/** The local engine, looking for everything that is treated in one way. */
final class LocalScreen implements Screen {

	private final Scan scan;

	private final Stage stage;

	private final Treatment treatment;

	private final Findings findings;

	private final BiFunction<String, String, String> maskOf;

	private boolean changed;

	LocalScreen(LocalDetector detector, Stage stage, Treatment treatment, Findings findings,
			BiFunction<String, String, String> maskOf) {
		this.scan = detector.scan();
		this.stage = stage;
		this.treatment = treatment;
		this.findings = findings;
		this.maskOf = maskOf;
	}

	@Override
	public void accept(CharSequence piece, StringBuilder out) {
		this.scan.accept(piece, sink(out));
	}

	@Override
	public void finish(StringBuilder out) {
		this.scan.finish(sink(out));
	}

	@Override
	public int held() {
		return this.scan.held();
	}

	@Override
	public boolean changed() {
		return this.changed;
	}

	private Scan.Sink sink(StringBuilder out) {
		return new Scan.Sink() {

			@Override
			public void text(CharSequence text, int start, int end) {
				out.append(text, start, end);
			}

			@Override
			public void found(String type, CharSequence raw) {
				LocalScreen.this.findings.add(type, LocalScreen.this.stage, LocalScreen.this.treatment);
				if (LocalScreen.this.treatment == Treatment.MASK) {
					LocalScreen.this.changed = true;
					out.append(LocalScreen.this.maskOf.apply(type, raw.toString()));
				}
				else {
					out.append(raw);
				}
			}

		};
	}

}
