package dev.sluice.benchmarks.driver;

import java.util.Arrays;

/** A body that has to hold the whole text somewhere. */
final class WholeTextReader extends BodyReader {

	private byte[] body = new byte[4096];

	private int length;

	WholeTextReader(byte[] expected) {
		super(expected);
	}

	@Override
	void start() {
		super.start();
		this.length = 0;
	}

	@Override
	void read(byte[] bytes, int from, int to, long now) {
		int added = to - from;
		if (this.length + added > this.body.length) {
			this.body = Arrays.copyOf(this.body, 2 * (this.length + added));
		}
		System.arraycopy(bytes, from, this.body, this.length, added);
		this.length += added;
	}

	@Override
	String end() {
		return (indexOf(this.body, 0, this.length, this.expected) < 0) ? "the answer is not in the body" : null;
	}

}
