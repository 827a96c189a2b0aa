package dev.sluice.prompt.guardrail.local;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One stream of text. What is found does not depend on how the text was cut into pieces.
 * For one thread.
 */
public final class Scan {

	private final LocalDetector detector;

	private final Tape tape;

	private final Regions regions = new Regions();

	private final @Nullable PiiScan pii;

	private final List<PatternScan> patterns;

	private final @Nullable WordScan words;

	private final Told told = new Told();

	Scan(LocalDetector detector) {
		this.detector = detector;
		this.tape = new Tape(detector.holdBack());
		this.pii = detector.pii().isEmpty() ? null : new PiiScan(detector.pii(), this.tape, this.regions);
		this.patterns = detector.patterns(this.tape, this.regions);
		WordList list = detector.words();
		this.words = (list != null) ? new WordScan(list, this.tape, this.regions) : null;
	}

	/**
	 * Takes the next piece, and hands on every piece of text that is decided, in order.
	 */
	public void accept(CharSequence piece, Sink sink) {
		this.told.to(sink);
		take(piece);
		this.told.done();
	}

	/** No more will come: hands on all that was held back. The scan is of no use then. */
	public void finish(Sink sink) {
		this.told.to(sink);
		end();
		this.told.done();
	}

	/**
	 * Characters that are held back now, never above {@link LocalDetector#holdBack()}.
	 */
	public int held() {
		return this.tape.end - this.regions.told();
	}

	/** All spans of a whole text. The scan is as new then. */
	List<Span> spans(CharSequence text) {
		take(text);
		end();
		List<Span> spans = this.told.spans();
		this.tape.clear();
		this.regions.clear();
		if (this.pii != null) {
			this.pii.clear();
		}
		for (PatternScan pattern : this.patterns) {
			pattern.clear();
		}
		if (this.words != null) {
			this.words.clear();
		}
		return spans;
	}

	private void take(CharSequence piece) {
		int from = 0;
		while (from < piece.length()) {
			int room = this.tape.room();
			if (room == 0) {
				trim();
				room = this.tape.room();
			}
			int to = Math.min(piece.length(), from + room);
			this.tape.append(piece, from, to);
			from = to;
			run();
		}
	}

	private void end() {
		this.tape.last = true;
		run();
	}

	private void run() {
		int frontier = this.tape.end;
		if (this.pii != null) {
			this.pii.run();
			frontier = this.pii.position();
		}
		for (int index = 0; index < this.patterns.size(); index++) {
			PatternScan pattern = this.patterns.get(index);
			pattern.run();
			frontier = Math.min(frontier, pattern.position());
		}
		if (this.words != null) {
			this.words.run();
			frontier = Math.min(frontier, this.words.decided());
		}
		if (!this.tape.last && frontier > 0 && Character.isHighSurrogate(this.tape.chars[frontier - 1])) {
			frontier--;
		}
		this.regions.release(frontier, this.told);
	}

	private void trim() {
		int dropped = this.tape.trim(this.regions.told());
		this.regions.shift(dropped);
		if (this.pii != null) {
			this.pii.shift(dropped);
		}
		for (PatternScan pattern : this.patterns) {
			pattern.shift(dropped);
		}
		if (this.words != null) {
			this.words.shift(dropped);
		}
	}

	/** Takes what is decided. */
	public interface Sink {

		/**
		 * Plain text, from start to end of what is given; it is only there during the
		 * call.
		 */
		void text(CharSequence text, int start, int end);

		/**
		 * Something that was found.
		 * @param raw its text, or as much of the beginning as is held back at most
		 */
		void found(String type, CharSequence raw);

	}

	private final class Told implements Regions.Out {

		private @Nullable Sink sink;

		private @Nullable List<Span> spans;

		private final StringBuilder raw = new StringBuilder();

		void to(Sink sink) {
			this.sink = sink;
		}

		void done() {
			this.sink = null;
		}

		List<Span> spans() {
			List<Span> spans = this.spans;
			this.spans = null;
			return (spans != null) ? List.copyOf(spans) : List.of();
		}

		@Override
		public void text(int from, int to) {
			Sink sink = this.sink;
			if (sink != null) {
				sink.text(Scan.this.tape, from, to);
			}
		}

		@Override
		public void inside(int from, int to) {
			if (this.sink != null) {
				int room = Scan.this.tape.holdBack - this.raw.length();
				this.raw.append(Scan.this.tape.chars, from, Math.min(to - from, room));
			}
		}

		@Override
		public void found(int code, int start, int end) {
			String type = Scan.this.detector.name(code);
			Sink sink = this.sink;
			if (sink != null) {
				String raw = this.raw.toString();
				this.raw.setLength(0);
				sink.found(type, raw);
			}
			else {
				List<Span> spans = (this.spans != null) ? this.spans : new ArrayList<>();
				this.spans = spans;
				spans.add(new Span(Scan.this.tape.base + start, Scan.this.tape.base + end, type));
			}
		}

	}

}
