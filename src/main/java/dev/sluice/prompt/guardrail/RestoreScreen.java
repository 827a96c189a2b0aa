package dev.sluice.prompt.guardrail;

import java.util.NavigableMap;

/**
 * Puts back what was masked in the prompt. Holds back from an opening brace for as long
 * as one of the placeholders may come of it.
 */
final class RestoreScreen implements Screen {

	private final NavigableMap<String, String> values;

	private final StringBuilder begun = new StringBuilder();

	private boolean changed;

	RestoreScreen(NavigableMap<String, String> values) {
		this.values = values;
	}

	@Override
	public void accept(CharSequence piece, StringBuilder out) {
		for (int index = 0; index < piece.length(); index++) {
			accept(piece.charAt(index), out);
		}
	}

	@Override
	public void finish(StringBuilder out) {
		out.append(this.begun);
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
			out.append(next);
			return;
		}
		this.begun.append(next);
		String text = this.begun.toString();
		String nearest = this.values.ceilingKey(text);
		if (nearest == null || !nearest.startsWith(text)) {
			// No placeholder has a second brace, so only the last character may begin
			// one.
			this.begun.setLength(this.begun.length() - 1);
			out.append(this.begun);
			this.begun.setLength(0);
			if (next == '{') {
				this.begun.append(next);
			}
			else {
				out.append(next);
			}
		}
		else if (nearest.length() == text.length()) {
			this.changed = true;
			out.append(this.values.get(nearest));
			this.begun.setLength(0);
		}
	}

}
