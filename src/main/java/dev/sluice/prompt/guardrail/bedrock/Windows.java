package dev.sluice.prompt.guardrail.bedrock;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.GuardrailReport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A screen for a text that comes in pieces: an engine is shown windows of it, and what
 * may go on comes out. Where windows begin and end depends on the text alone, never on
 * its pieces.
 * <p>
 * A window is shown whole but let go only up to a cut well before its end, where the next
 * one begins. So whatever crosses the cut was seen whole, and the cut moves in front of
 * it: nothing of up to {@link #LOOKAHEAD} characters is ever torn. Of something longer
 * the engine sees the parts that the windows show it. <pre>
 * window   |--------------------------------------|
 *          |  let go                  |  seen     |
 * next                                |--------------------------------------|
 * </pre> A window that is blocked is not let go at all, and nothing after it. Not for use
 * by several threads at once.
 */
public final class Windows {

	/** How far an engine sees beyond what is let go, in windows of four times that. */
	static final int LOOKAHEAD = 128;

	/** As much as ApplyGuardrail takes everywhere: 25 text units. */
	static final int LARGEST = 25_000;

	private static final int SMALLEST = 16;

	private final int size;

	private final Function<String, Assessment> engine;

	private final StringBuilder held = new StringBuilder();

	/** Where in the whole text the held one begins. */
	private int offset;

	private boolean ended;

	/**
	 * Makes a screen.
	 * @param size most characters of a window, and so most that are held back; a multiple
	 * of 1,000 makes the most of Bedrock's prices
	 * @param engine says what is in a window; what it throws ends the screen
	 */
	public Windows(int size, Function<String, Assessment> engine) {
		if (size < SMALLEST || size > LARGEST) {
			throw new IllegalArgumentException(
					"A window has " + SMALLEST + " to " + LARGEST + " characters, not " + size);
		}
		this.size = size;
		this.engine = engine;
	}

	/**
	 * Takes the next piece.
	 * @param out gets what may go on, in order; places in it are those in the whole text
	 */
	public void accept(CharSequence piece, Consumer<Assessment> out) {
		int from = 0;
		while (from < piece.length() && !this.ended) {
			int to = Math.min(piece.length(), from + this.size - this.held.length());
			this.held.append(piece, from, to);
			from = to;
			if (this.held.length() == this.size) {
				close(out);
			}
		}
	}

	/** Takes the end of the text; what was held back comes out. */
	public void finish(Consumer<Assessment> out) {
		if (!this.ended && !this.held.isEmpty()) {
			emit(ask(this.held.toString()), this.held.length(), out);
		}
		this.ended = true;
	}

	/** How many characters are held back. */
	public int held() {
		return this.held.length();
	}

	private void close(Consumer<Assessment> out) {
		int end = Character.isHighSurrogate(this.held.charAt(this.size - 1)) ? this.size - 1 : this.size;
		String window = this.held.substring(0, end);
		Assessment seen = ask(window);
		if (seen.verdict() == Verdict.BLOCKED) {
			emit(seen, end, out);
			return;
		}
		int cut = cut(window, seen.findings());
		int length = (seen.verdict() == Verdict.MASKED) ? Masks.length(window, seen, cut) : cut;
		emit((length >= 0) ? part(window, seen, cut, length) : ask(window.substring(0, cut)), cut, out);
	}

	/** An engine that failed leaves a gap that nothing may come after. */
	private Assessment ask(String text) {
		boolean failed = true;
		try {
			Assessment assessment = this.engine.apply(text);
			failed = false;
			return assessment;
		}
		finally {
			this.ended = failed;
		}
	}

	private void emit(Assessment assessment, int length, Consumer<Assessment> out) {
		List<Located> findings = assessment.findings().stream().map((found) -> found.shifted(this.offset)).toList();
		this.offset += length;
		this.held.delete(0, length);
		if (assessment.verdict() == Verdict.BLOCKED) {
			this.ended = true;
			this.held.setLength(0);
		}
		out.accept(new Assessment(assessment.verdict(), assessment.text(), findings));
	}

	/**
	 * What was said of a window, as far as it is let go. What has no place may be in the
	 * rest, where it is found once more.
	 */
	private static Assessment part(String window, Assessment seen, int cut, int length) {
		String text = seen.text().substring(0, length);
		boolean masked = !text.contentEquals(window.subSequence(0, cut));
		List<Located> findings = seen.findings()
			.stream()
			.filter((found) -> found.known() ? found.start() < cut : masked || found.finding().action() != Action.MASK)
			.toList();
		return new Assessment(masked ? Verdict.MASKED : Verdict.NONE, text, findings);
	}

	/** In front of what crosses it; behind that if too little would be left to let go. */
	private static int cut(String window, List<Located> findings) {
		int natural = natural(window);
		int cut = natural;
		for (Located found = crossing(findings, cut); found != null; found = crossing(findings, cut)) {
			cut = found.start();
		}
		if (cut >= window.length() / 4) {
			return cut;
		}
		cut = natural;
		for (Located found = crossing(findings, cut); found != null; found = crossing(findings, cut)) {
			cut = found.end();
		}
		return cut;
	}

	private static @Nullable Located crossing(List<Located> findings, int place) {
		return findings.stream().filter((found) -> found.crosses(place)).findFirst().orElse(null);
	}

	/** After the last sentence, else the last word, of the window's second half. */
	private static int natural(String window) {
		int last = window.length() - Math.min(LOOKAHEAD, window.length() / 4);
		int word = 0;
		for (int place = last; place > window.length() / 2; place--) {
			if (endsSentence(window, place)) {
				return place;
			}
			if (word == 0 && Character.isWhitespace(window.charAt(place - 1))) {
				word = place;
			}
		}
		if (word > 0) {
			return word;
		}
		return Character.isSurrogatePair(window.charAt(last - 1), window.charAt(last)) ? last - 1 : last;
	}

	private static boolean endsSentence(String window, int place) {
		return switch (window.charAt(place - 1)) {
			case '\n', '。', '！', '？' -> true;
			case ' ' -> ".!?…".indexOf(window.charAt(place - 2)) >= 0;
			default -> false;
		};
	}

}
