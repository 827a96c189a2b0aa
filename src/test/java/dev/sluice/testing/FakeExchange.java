package dev.sluice.testing;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import tools.jackson.databind.json.JsonMapper;

/**
 * The answering side of one request to a {@link FakeBedrock}. Every step is on the wire
 * when its method returns, unless it is inside of a {@link #burst}.
 */
public final class FakeExchange {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Socket socket;

	private final RecordedRequest request;

	private final OutputStream out;

	private int fragment = Integer.MAX_VALUE;

	private boolean bursting;

	private boolean started;

	private boolean ended;

	FakeExchange(Socket socket, RecordedRequest request) {
		this.socket = socket;
		this.request = request;
		try {
			this.out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public RecordedRequest request() {
		return this.request;
	}

	/** A whole answer of so many deltas, as the request wants it: sync or streamed. */
	public FakeExchange whole(int deltas) {
		if (!this.request.streaming()) {
			return json(200, FakeFrames.reply(FakeBedrock.text(deltas), "end_turn", 11, deltas));
		}
		startStream().messageStart();
		for (int i = 0; i < deltas; i++) {
			delta(FakeBedrock.delta(i));
		}
		return blockStop(0).messageStop("end_turn").metadata(11, deltas).end();
	}

	/** The whole answer to a sync request. */
	public FakeExchange json(int status, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		head(status, "application/json", "Content-Length: " + bytes.length + "\r\n");
		this.ended = true;
		return socket(bytes);
	}

	/**
	 * An HTTP error as Bedrock sends it: the type in a header, the message in the body.
	 */
	public FakeExchange error(int status, String type, String message) {
		byte[] body = FakeFrames.message(message);
		head(status, "application/json", "x-amzn-ErrorType: " + type
				+ ":http://internal.amazon.com/coral/com.amazon.bedrock/\r\nContent-Length: " + body.length + "\r\n");
		this.ended = true;
		return socket(body);
	}

	/** Sends what follows of the stream in HTTP chunks of at most so many bytes. */
	public FakeExchange fragment(int bytes) {
		this.fragment = bytes;
		return this;
	}

	public FakeExchange startStream() {
		return startStream("application/vnd.amazon.eventstream");
	}

	public FakeExchange startStream(String contentType) {
		head(200, contentType, "Transfer-Encoding: chunked\r\n");
		return flush();
	}

	public FakeExchange messageStart() {
		return event("messageStart", "{\"p\":\"abcdefghijklmnopq\",\"role\":\"assistant\"}");
	}

	public FakeExchange delta(String text) {
		return delta(0, "{\"text\":" + JSON.writeValueAsString(text) + "}");
	}

	/** A delta of any kind: {@code delta} is the JSON of the union. */
	public FakeExchange delta(int block, String delta) {
		return event("contentBlockDelta",
				"{\"contentBlockIndex\":" + block + ",\"delta\":" + delta + ",\"p\":\"abcd\"}");
	}

	/** A whole tool call, its input in the fragments given. */
	public FakeExchange toolUse(int block, String id, String name, String... input) {
		event("contentBlockStart", "{\"contentBlockIndex\":" + block
				+ ",\"p\":\"ab\",\"start\":{\"toolUse\":{\"name\":\"" + name + "\",\"toolUseId\":\"" + id + "\"}}}");
		for (String fragment : input) {
			delta(block, "{\"toolUse\":{\"input\":" + JSON.writeValueAsString(fragment) + "}}");
		}
		return blockStop(block);
	}

	public FakeExchange blockStop(int block) {
		return event("contentBlockStop", "{\"contentBlockIndex\":" + block + ",\"p\":\"abcdefg\"}");
	}

	public FakeExchange messageStop(String stopReason) {
		return event("messageStop", "{\"p\":\"abc\",\"stopReason\":\"" + stopReason + "\"}");
	}

	public FakeExchange metadata(int inputTokens, int outputTokens) {
		return event("metadata", "{\"metrics\":{\"latencyMs\":522},\"p\":\"abc\",\"usage\":"
				+ FakeFrames.usage(inputTokens, outputTokens) + "}");
	}

	public FakeExchange event(String type, String json) {
		return raw(FakeFrames.event(type, json));
	}

	/** An exception inside of the stream, such as {@code throttlingException}. */
	public FakeExchange exception(String type, String message) {
		return raw(FakeFrames.exception(type, message));
	}

	/** A frame whose last byte, a part of its checksum, is wrong. */
	public FakeExchange corruptFrame() {
		byte[] frame = FakeFrames.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"bad\"}}");
		frame[frame.length - 1] ^= 1;
		return raw(frame);
	}

	/** Bytes of the stream's body. */
	public FakeExchange raw(byte[] body) {
		ByteArrayOutputStream chunks = new ByteArrayOutputStream(body.length + 16);
		for (int from = 0; from < body.length; from += Math.min(this.fragment, body.length - from)) {
			int length = Math.min(this.fragment, body.length - from);
			chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
			chunks.write(body, from, length);
			chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
		}
		return socket(chunks.toByteArray());
	}

	/** Bytes straight onto the socket, past HTTP. */
	public FakeExchange socket(byte[] bytes) {
		try {
			this.out.write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return flush();
	}

	/** Sends all that {@code steps} write at once. */
	public FakeExchange burst(Runnable steps) {
		this.bursting = true;
		steps.run();
		this.bursting = false;
		return flush();
	}

	/** Ends the body properly; does nothing if it has ended. */
	public FakeExchange end() {
		if (this.started && !this.ended) {
			this.ended = true;
			socket("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		}
		return this;
	}

	/** Closes the connection without the last chunk. */
	public FakeExchange fin() {
		return close();
	}

	/** Resets the connection. */
	public FakeExchange reset() {
		try {
			this.socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return close();
	}

	/** Says nothing for a while, or until the client closes the connection. */
	public FakeExchange pause(Duration duration) {
		try {
			this.request.closedByClient().get(duration.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException _) {
			// goes on
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
		return this;
	}

	public FakeExchange await(CountDownLatch latch) throws InterruptedException {
		if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
			throw new AssertionError("The test did not let the answer go on");
		}
		return this;
	}

	/** Says nothing until the client closes the connection. */
	public FakeExchange hang() {
		pause(PATIENCE);
		return close();
	}

	private void head(int status, String contentType, String more) {
		this.started = true;
		byte[] head = ("HTTP/1.1 " + status + " Fake\r\nContent-Type: " + contentType
				+ "\r\nx-amzn-RequestId: 7d3c1f6e-0000-4000-8000-00000000fa4e\r\n" + more + "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		try {
			this.out.write(head);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private FakeExchange flush() {
		if (!this.bursting) {
			try {
				this.out.flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return this;
	}

	private FakeExchange close() {
		this.ended = true;
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return this;
	}

}
