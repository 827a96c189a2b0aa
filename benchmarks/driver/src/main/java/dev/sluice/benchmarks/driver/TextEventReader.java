package dev.sluice.benchmarks.driver;

import java.nio.charset.StandardCharsets;

/** Events that are nothing but the text. */
final class TextEventReader extends SseReader {

	private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

	private final Deltas listener;

	TextEventReader(byte[] expected, Deltas listener) {
		super(expected);
		this.listener = listener;
	}

	@Override
	protected void line(byte[] bytes, int from, int to, long now) {
		if (!startsWith(bytes, from, to, DATA)) {
			return;
		}
		int value = value(bytes, from, to, DATA);
		// Spring AI closes with an empty one.
		if (value < to) {
			text(bytes, value, to);
			this.listener.delta(now);
		}
	}

}
