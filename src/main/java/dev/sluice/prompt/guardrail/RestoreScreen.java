package dev.sluice.prompt.guardrail;

import java.util.Map;
import java.util.NavigableMap;

import org.jspecify.annotations.Nullable;

/**
 * Puts back what was masked in the prompt. Holds back from an opening brace for as long
 * as one of the placeholders may come of it.
 */
final class RestoreScreen implements Screen {

	private final NavigableMap<String, String> values;

	private final @Nullable Restored restored;

	private final StringBuilder begun = new StringBuilder();

	private boolean changed;

	/**
	 * A screen.
	 * @param restored is told of all that passes, if anybody wants to know
	 */
	RestoreScreen(NavigableMap<String, String> values, @Nullable Restored restored) {
		this.values = values;
		this.restored = restored;
	}

	@Override
	public void accept(CharSequence piece, StringBuilder out) {
		for (int index = 0; index < piece.length(); index++) {
			accept(piece.charAt(index), out);
		}
	}

	@Override
	public void finish(StringBuilder out) {
		pass(this.begun, out);
		this.begun.setLength(0);
	}

	@Override
	public int held() {
		return this.begun.length();
	}

	@Override
	public boolean changed() {
		return this.changed;
	}

	private void accept(char next, StringBuilder out) {
		if (this.begun.isEmpty() && next != '{') {
			pass(next, out);
			return;
		}
		this.begun.append(next);
		String text = this.begun.toString();
		Map.Entry<String, String> nearest = this.values.ceilingEntry(text);
		if (nearest == null || !nearest.getKey().startsWith(text)) {
			// No placeholder has a second brace, so only the last character may begin
			// one.
			this.begun.setLength(this.begun.length() - 1);
			pass(this.begun, out);
			this.begun.setLength(0);
			if (next == '{') {
				this.begun.append(next);
			}
			else {
				pass(next, out);
			}
		}
		else if (nearest.getKey().length() == text.length()) {
			this.changed = true;
			if (this.restored != null) {
				this.restored.restore(nearest.getKey(), nearest.getValue());
			}
			out.append(nearest.getValue());
			this.begun.setLength(0);
		}
	}

	private void pass(char next, StringBuilder out) {
		if (this.restored != null) {
			this.restored.pass(1);
		}
		out.append(next);
	}

	private void pass(CharSequence text, StringBuilder out) {
		if (this.restored != null) {
			this.restored.pass(text.length());
		}
		out.append(text);
	}

}
