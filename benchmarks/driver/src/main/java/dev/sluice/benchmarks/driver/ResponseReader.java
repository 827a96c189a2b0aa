package dev.sluice.benchmarks.driver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * HTTP/1.1 responses, one after another: head, then a body by length, in chunks or until
 * the connection closes.
 */
final class ResponseReader {

	private enum State {

		HEAD, LENGTH, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, UNTIL_CLOSE, DONE

	}

	private static final int MAX_HEAD = 64 * 1024;

	private final BodyReader body;

	private byte[] head = new byte[1024];

	private int headLength;

	private State state = State.DONE;

	private long left;

	int status;

	boolean keepAlive;

	ResponseReader(BodyReader body) {
		this.body = body;
	}

	void start() {
		this.state = State.HEAD;
		this.headLength = 0;
		this.keepAlive = true;
		this.body.start();
	}

	boolean done() {
		return this.state == State.DONE;
	}

	/** What is wrong with the response that is done, or null. */
	String end() {
		return (this.status == 200) ? this.body.end() : "status " + this.status;
	}

	/** The server has closed the connection. */
	void closed() {
		this.keepAlive = false;
		if (this.state == State.UNTIL_CLOSE) {
			this.state = State.DONE;
		}
	}

	void read(byte[] bytes, int length, long now) {
		int at = 0;
		while (at < length && this.state != State.DONE) {
			at = switch (this.state) {
				case HEAD -> head(bytes, at, length);
				case LENGTH, CHUNK -> body(bytes, at, length, now);
				case CHUNK_SIZE -> chunkSize(bytes, at);
				case CHUNK_END -> skipLine(bytes, at, State.CHUNK_SIZE);
				case TRAILER -> skipLine(bytes, at, State.DONE);
				case UNTIL_CLOSE -> {
					this.body.read(bytes, at, length, now);
					yield length;
				}
				case DONE -> length;
			};
		}
	}

	private int head(byte[] bytes, int from, int to) {
		for (int i = from; i < to; i++) {
			if (this.headLength == this.head.length) {
				if (this.headLength == MAX_HEAD) {
					throw new IllegalStateException("the head of the response has no end");
				}
				this.head = Arrays.copyOf(this.head, 2 * this.headLength);
			}
			this.head[this.headLength++] = bytes[i];
			if (bytes[i] == '\n' && this.headLength >= 4 && this.head[this.headLength - 3] == '\n') {
				parseHead();
				return i + 1;
			}
		}
		return to;
	}

	private void parseHead() {
		String text = new String(this.head, 0, this.headLength, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
		this.headLength = 0;
		this.status = Integer.parseInt(text.substring(9, 12));
		if (this.status == 100) {
			return;
		}
		this.keepAlive = !text.contains("\r\nconnection: close");
		int length = text.indexOf("\r\ncontent-length:");
		if (length >= 0) {
			int value = length + "\r\ncontent-length:".length();
			this.left = Long.parseLong(text.substring(value, text.indexOf('\r', value)).strip());
			this.state = (this.left == 0) ? State.DONE : State.LENGTH;
		}
		else if (text.contains("\r\ntransfer-encoding: chunked")) {
			this.left = 0;
			this.state = State.CHUNK_SIZE;
		}
		else {
			this.state = State.UNTIL_CLOSE;
		}
	}

	private int body(byte[] bytes, int from, int to, long now) {
		int end = (int) Math.min(to, from + this.left);
		this.body.read(bytes, from, end, now);
		this.left -= end - from;
		if (this.left == 0) {
			this.state = (this.state == State.LENGTH) ? State.DONE : State.CHUNK_END;
		}
		return end;
	}

	private int chunkSize(byte[] bytes, int at) {
		int digit = Character.digit(bytes[at], 16);
		if (digit >= 0) {
			this.left = 16 * this.left + digit;
		}
		else if (bytes[at] == '\n') {
			this.state = (this.left == 0) ? State.TRAILER : State.CHUNK;
		}
		return at + 1;
	}

	private int skipLine(byte[] bytes, int at, State next) {
		if (bytes[at] == '\n') {
			this.state = next;
		}
		return at + 1;
	}

}
