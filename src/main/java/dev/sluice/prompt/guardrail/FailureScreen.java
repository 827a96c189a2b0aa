package dev.sluice.prompt.guardrail;

import org.jspecify.annotations.Nullable;

/**
 * Does what the policy says when an engine fails in the middle of a text: either nothing
 * more comes out, or the rest passes unseen, with what the engine held.
 */
final class FailureScreen implements Screen {

	private final OnFailure failure;

	private @Nullable Screen screen;

	private boolean changed;

	/** What a failing engine would not give back; only needed if the rest passes. */
	private final StringBuilder undecided = new StringBuilder();

	FailureScreen(Screen screen, OnFailure failure) {
		this.screen = screen;
		this.failure = failure;
	}

	@Override
	public void accept(CharSequence piece, StringBuilder out) {
		Screen asked = this.screen;
		if (asked == null) {
			out.append(piece);
			return;
		}
		if (this.failure.open()) {
			this.undecided.append(piece);
		}
		ask(asked, () -> asked.accept(piece, out), out);
	}

	@Override
	public void finish(StringBuilder out) {
		Screen asked = this.screen;
		if (asked != null) {
			ask(asked, () -> asked.finish(out), out);
		}
	}

	@Override
	public int held() {
		return (this.screen != null) ? this.screen.held() : 0;
	}

	@Override
	public boolean changed() {
		return this.changed || this.screen != null && this.screen.changed();
	}

	private void ask(Screen asked, Runnable call, StringBuilder out) {
		int before = out.length();
		try {
			call.run();
			if (this.failure.open()) {
				this.undecided.delete(0, Math.max(0, this.undecided.length() - asked.held()));
			}
		}
		catch (RuntimeException ex) {
			this.failure.failed(ex);
			this.changed = asked.changed();
			this.screen = null;
			out.setLength(before);
			out.append(this.undecided);
			this.undecided.setLength(0);
		}
	}

}
