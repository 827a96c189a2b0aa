package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of STOMP over WebSocket that says exactly what a test wants, frame by frame;
 * can refrain from reading, and can leave abruptly.
 */
public final class StompClient implements AutoCloseable {

	/** A frame as the gateway sent it. */
	public record Frame(String command, Map<String, String> headers, String body) {

		public JsonNode json() {
			return JSON.readTree(this.body);
		}

		/** The type of the message in the body. */
		public String type() {
			return json().path("type").asString();
		}

		public @Nullable String header(String name) {
			return this.headers.get(name);
		}

	}

	/** Where the answers arrive. */
	public static final String ANSWERS = "/user/queue/generations";

	private static final JsonMapper JSON = new JsonMapper();

	private static final int PATIENCE = 15;

	private static final int TEXT = 1;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private final HttpSocket socket;

	private final BlockingQueue<Frame> untaken = new LinkedBlockingQueue<>();

	private final AtomicInteger heartBeats = new AtomicInteger();

	private final CompletableFuture<Integer> closed = new CompletableFuture<>();

	private StompClient(HttpSocket socket) {
		this.socket = socket;
	}

	/** Opens the WebSocket and says nothing yet. */
	public static StompClient open(int port) {
		return open(port, 0).read();
	}

	/**
	 * Opens the WebSocket and takes in but a little until it is told to {@link #read}.
	 */
	public static StompClient openWithoutReading(int port) {
		return open(port, 4096);
	}

	private static StompClient open(int port, int receiveBuffer) {
		HttpSocket socket = HttpSocket.open(port, receiveBuffer);
		socket.send(HttpSocket.request("GET", "/ws", null, "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
				"Sec-WebSocket-Protocol: v12.stomp"));
		try {
			HttpSocket.Head head = socket.head();
			if (head == null || head.status() != 101) {
				throw new AssertionError("No upgrade: " + head);
			}
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		return new StompClient(socket);
	}

	/** Opens the WebSocket, connects and subscribes to the answers. */
	public static StompClient connect(int port) throws InterruptedException {
		StompClient client = open(port);
		client.frame("CONNECT", "", "accept-version:1.2", "host:localhost", "heart-beat:0,0");
		Frame connected = client.next();
		if (!connected.command().equals("CONNECTED")) {
			throw new AssertionError("Not connected: " + connected);
		}
		return client.subscribe();
	}

	/** Subscribes to the answers and waits for the receipt. */
	public StompClient subscribe() throws InterruptedException {
		frame("SUBSCRIBE", "", "id:sub-0", "destination:" + ANSWERS);
		return this;
	}

	/** Begins to read. */
	public StompClient read() {
		Thread.ofVirtual().name("stomp-client").start(this::run);
		return this;
	}

	/** Sends a frame; {@code headers} are lines. */
	public StompClient frame(String command, String body, String... headers) {
		return text(command + "\n" + String.join("\n", headers) + "\n\n" + body + "\0");
	}

	/** Sends JSON to a destination; {@code headers} are further lines. */
	public StompClient send(String destination, String json, String... headers) {
		List<String> lines = new ArrayList<>(List.of(headers));
		lines.add("destination:" + destination);
		lines.add("content-type:application/json");
		return frame("SEND", json, lines.toArray(String[]::new));
	}

	public StompClient generate(String json, String... headers) {
		return send("/app/generations", json, headers);
	}

	/** Sends a text message of the WebSocket. */
	public StompClient text(String text) {
		return webSocketFrame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sends a text message in fragments of so many bytes, without regard to characters.
	 */
	public StompClient textInFragments(String text, int size) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		for (int from = 0; from < bytes.length; from += size) {
			int to = Math.min(bytes.length, from + size);
			int opcode = (from == 0) ? TEXT : 0;
			webSocketFrame((to == bytes.length) ? 0x80 | opcode : opcode, Arrays.copyOfRange(bytes, from, to));
		}
		return this;
	}

	/** Sends a frame of the WebSocket, masked by zeros. */
	public synchronized StompClient webSocketFrame(int firstByte, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
		frame.put((byte) firstByte);
		if (payload.length < 126) {
			frame.put((byte) (0x80 | payload.length));
		}
		else if (payload.length < 65_536) {
			frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
		}
		else {
			frame.put((byte) (0x80 | 127)).putLong(payload.length);
		}
		frame.putInt(0).put(payload).flip();
		byte[] bytes = new byte[frame.remaining()];
		frame.get(bytes);
		this.socket.send(bytes);
		return this;
	}

	/** The next frame that was not taken; waits for it. */
	public Frame next() throws InterruptedException {
		Frame frame = this.untaken.poll(PATIENCE, TimeUnit.SECONDS);
		if (frame == null) {
			throw new AssertionError("No frame came; closed: " + this.closed);
		}
		return frame;
	}

	/** Messages until the last one of a generation or a refusal, that one included. */
	public List<Frame> untilEnd() throws InterruptedException {
		List<Frame> frames = new ArrayList<>();
		Frame frame;
		do {
			frame = next();
			frames.add(frame);
		}
		while (frame.command().equals("MESSAGE")
				&& !List.of("completed", "failed", "cancelled").contains(frame.type()));
		return frames;
	}

	/** Frames that have come and were not taken. */
	public List<Frame> untaken() {
		return List.copyOf(this.untaken);
	}

	public int heartBeats() {
		return this.heartBeats.get();
	}

	/** The close code of the gateway; 1006 if it ended the connection without one. */
	public int closeCode() {
		return this.closed.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
	}

	public boolean closed() {
		return this.closed.isDone();
	}

	/** Drops the connection without a word of STOMP or WebSocket. */
	public void drop() {
		this.socket.reset();
	}

	@Override
	public void close() {
		this.socket.close();
	}

	private void run() {
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		try {
			InputStream in = this.socket.in();
			while (true) {
				int first = readByte(in);
				int length = readLength(in);
				byte[] payload = in.readNBytes(length);
				if (payload.length < length) {
					throw new EOFException();
				}
				switch (first & 15) {
					case CLOSE -> {
						this.closed
							.complete((payload.length < 2) ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff);
						webSocketFrame(0x80 | CLOSE, payload);
						return;
					}
					case PING -> webSocketFrame(0x80 | PONG, payload);
					case PONG -> {
					}
					default -> {
						message.writeBytes(payload);
						if ((first & 0x80) != 0) {
							accept(message.toString(StandardCharsets.UTF_8));
							message.reset();
						}
					}
				}
			}
		}
		catch (IOException _) {
			this.closed.complete(1006);
		}
		catch (RuntimeException ex) {
			this.closed.completeExceptionally(ex);
		}
	}

	private void accept(String message) {
		if (message.equals("\n")) {
			this.heartBeats.incrementAndGet();
			return;
		}
		int end = message.indexOf("\n\n");
		String[] lines = message.substring(0, end).split("\n");
		Map<String, String> headers = new LinkedHashMap<>();
		for (int i = 1; i < lines.length; i++) {
			int colon = lines[i].indexOf(':');
			headers.putIfAbsent(lines[i].substring(0, colon), unescaped(lines[i].substring(colon + 1)));
		}
		this.untaken.add(new Frame(lines[0], headers, message.substring(end + 2, message.indexOf('\0', end))));
	}

	private static String unescaped(String value) {
		return Pattern.compile("\\\\(.)").matcher(value).replaceAll((escape) -> switch (escape.group(1)) {
			case "c" -> ":";
			case "n" -> "\n";
			case "r" -> "\r";
			default -> Matcher.quoteReplacement("\\");
		});
	}

	private static int readLength(InputStream in) throws IOException {
		int length = readByte(in) & 0x7f;
		if (length < 126) {
			return length;
		}
		int bytes = (length == 126) ? 2 : 8;
		long value = 0;
		for (int i = 0; i < bytes; i++) {
			value = value << 8 | readByte(in);
		}
		return Math.toIntExact(value);
	}

	private static int readByte(InputStream in) throws IOException {
		int next = in.read();
		if (next == -1) {
			throw new EOFException();
		}
		return next;
	}

}
