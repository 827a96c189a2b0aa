package dev.sluice.benchmarks.driver;

import java.util.Arrays;

/** Cuts an event stream into lines. */
abstract class SseReader extends BodyReader {

	/** The beginning of a line whose end has not come yet. */
	private byte[] partial = new byte[512];

	private int partialLength;

	SseReader(byte[] expected) {
		super(expected);
	}

	@Override
	void start() {
		super.start();
		this.partialLength = 0;
	}

	/** An empty line ends an event. */
	protected abstract void line(byte[] bytes, int from, int to, long now);

	@Override
	void read(byte[] bytes, int from, int to, long now) {
		int start = from;
		for (int i = from; i < to; i++) {
			if (bytes[i] != '\n') {
				continue;
			}
			if (this.partialLength > 0) {
				keep(bytes, start, i);
				int length = this.partialLength;
				this.partialLength = 0;
				line(this.partial, 0, length, now);
			}
			else {
				line(bytes, start, i, now);
			}
			start = i + 1;
		}
		keep(bytes, start, to);
	}

	/** Where the field's value begins. */
	protected static int value(byte[] bytes, int from, int to, byte[] field) {
		int value = from + field.length;
		return (value < to && bytes[value] == ' ') ? value + 1 : value;
	}

	private void keep(byte[] bytes, int from, int to) {
		int added = to - from;
		if (this.partialLength + added > this.partial.length) {
			this.partial = Arrays.copyOf(this.partial, 2 * (this.partialLength + added));
		}
		System.arraycopy(bytes, from, this.partial, this.partialLength, added);
		this.partialLength += added;
	}

}
