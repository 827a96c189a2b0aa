package dev.sluice.benchmarks.driver;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.sluice.benchmarks.standin.EventFrame;

/** The frames of ConverseStream, as they come from the stand-in itself. */
final class FrameReader extends BodyReader {

	private static final int TYPE_AT = 12 + 1 + ":event-type".length() + 1 + 2;

	private static final byte[] DELTA = "contentBlockDelta".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] METADATA = "metadata".getBytes(StandardCharsets.US_ASCII);

	private final int deltas;

	private final Deltas listener;

	private byte[] frame = new byte[512];

	private int length;

	private int seen;

	private boolean closed;

	FrameReader(byte[] expected, int deltas, Deltas listener) {
		super(expected);
		this.deltas = deltas;
		this.listener = listener;
	}

	@Override
	void start() {
		super.start();
		this.length = 0;
		this.seen = 0;
		this.closed = false;
	}

	@Override
	void read(byte[] bytes, int from, int to, long now) {
		int at = from;
		while (at < to) {
			int wanted = (this.length < 4) ? 4 : ByteBuffer.wrap(this.frame).getInt(0);
			if (wanted > this.frame.length) {
				this.frame = Arrays.copyOf(this.frame, wanted);
			}
			int added = Math.min(wanted - this.length, to - at);
			System.arraycopy(bytes, at, this.frame, this.length, added);
			this.length += added;
			at += added;
			if (this.length > 4 && this.length == wanted) {
				frame(now);
				this.length = 0;
			}
		}
	}

	@Override
	String end() {
		if (this.seen != this.deltas || !this.closed) {
			wrong("%d deltas, closed: %s".formatted(this.seen, this.closed));
		}
		return super.end();
	}

	private void frame(long now) {
		ByteBuffer buffer = ByteBuffer.wrap(this.frame, 0, this.length);
		if (buffer.getInt(this.length - 4) != EventFrame.crc(this.frame, this.length - 4)) {
			wrong("checksum");
		}
		int payload = 12 + buffer.getInt(4);
		if (startsWith(this.frame, TYPE_AT, payload, DELTA)) {
			jsonText(this.frame, payload, this.length - 4);
			this.seen++;
			this.listener.delta(now);
		}
		else if (startsWith(this.frame, TYPE_AT, payload, METADATA)) {
			this.closed = true;
		}
	}

}
