package dev.sluice.benchmarks.driver;

import java.nio.charset.StandardCharsets;

/**
 * Sluice's events: numbered without a gap, first {@code started}, then the deltas, last
 * {@code completed}.
 */
final class NumberedEventReader extends SseReader {

	private static final byte[] ID = ascii("id:");

	private static final byte[] EVENT = ascii("event:");

	private static final byte[] DATA = ascii("data:");

	private static final byte[] STARTED = ascii("started");

	private static final byte[] DELTA = ascii("delta");

	private static final byte[] COMPLETED = ascii("completed");

	private enum Type {

		NONE, STARTED, DELTA, COMPLETED, OTHER

	}

	private final int deltas;

	private final Deltas listener;

	private Type type;

	private Type lastType;

	private int id;

	private int seen;

	NumberedEventReader(byte[] expected, int deltas, Deltas listener) {
		super(expected);
		this.deltas = deltas;
		this.listener = listener;
	}

	@Override
	void start() {
		super.start();
		this.type = Type.NONE;
		this.lastType = Type.NONE;
		this.id = 0;
		this.seen = 0;
	}

	@Override
	protected void line(byte[] bytes, int from, int to, long now) {
		if (from == to) {
			dispatch(now);
		}
		else if (startsWith(bytes, from, to, ID)) {
			int number = number(bytes, value(bytes, from, to, ID), to);
			if (number != this.id + 1) {
				wrong("event %d after %d".formatted(number, this.id));
			}
			this.id = number;
		}
		else if (startsWith(bytes, from, to, EVENT)) {
			this.type = type(bytes, value(bytes, from, to, EVENT), to);
		}
		else if (startsWith(bytes, from, to, DATA)) {
			if (this.type == Type.DELTA) {
				jsonText(bytes, from, to);
			}
			else if (this.type == Type.OTHER) {
				wrong("ended with " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
			}
		}
	}

	@Override
	String end() {
		if (this.lastType != Type.COMPLETED) {
			wrong("cut after event " + this.id);
		}
		else if (this.seen != this.deltas || this.id != this.deltas + 2) {
			wrong("%d deltas and %d events of %d and %d".formatted(this.seen, this.id, this.deltas, this.deltas + 2));
		}
		return super.end();
	}

	private void dispatch(long now) {
		if (this.type == Type.NONE) {
			return;
		}
		if ((this.lastType == Type.NONE) != (this.type == Type.STARTED) || this.lastType == Type.COMPLETED) {
			wrong(this.type + " after " + this.lastType);
		}
		if (this.type == Type.DELTA) {
			this.seen++;
			this.listener.delta(now);
		}
		this.lastType = this.type;
		this.type = Type.NONE;
	}

	private static Type type(byte[] bytes, int from, int to) {
		if (startsWith(bytes, from, to, DELTA)) {
			return Type.DELTA;
		}
		if (startsWith(bytes, from, to, STARTED)) {
			return Type.STARTED;
		}
		return startsWith(bytes, from, to, COMPLETED) ? Type.COMPLETED : Type.OTHER;
	}

	private static int number(byte[] bytes, int from, int to) {
		int number = 0;
		for (int i = from; i < to; i++) {
			if (bytes[i] < '0' || bytes[i] > '9') {
				return -1;
			}
			number = 10 * number + bytes[i] - '0';
		}
		return number;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
