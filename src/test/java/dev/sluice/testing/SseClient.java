package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads server-sent events byte by byte, as they come; can refrain from reading, and can
 * leave abruptly.
 */
public final class SseClient implements AutoCloseable {

	/** One event as it stood on the wire. */
	public record Event(@Nullable String id, @Nullable String type, String data) {

		public JsonNode json() {
			return JSON.readTree(this.data);
		}

		/** The code of a failure. */
		public String code() {
			return json().path("code").asString();
		}

	}

	/** How the response came to its end. */
	public enum Ending {

		/** By the last chunk, as HTTP wants it. */
		PROPER,
		/** By the end of the connection. */
		CUT

	}

	private static final JsonMapper JSON = new JsonMapper();

	private static final int PATIENCE = 15;

	private final HttpSocket socket;

	private final CompletableFuture<HttpSocket.Head> head = new CompletableFuture<>();

	private final CompletableFuture<Ending> ending = new CompletableFuture<>();

	private final BlockingQueue<Event> untaken = new LinkedBlockingQueue<>();

	private final List<Event> events = new CopyOnWriteArrayList<>();

	private final AtomicInteger comments = new AtomicInteger();

	private final StringBuffer wire = new StringBuffer();

	private SseClient(HttpSocket socket) {
		this.socket = socket;
	}

	/** Starts a generation and reads on. */
	public static SseClient generate(int port, String body, String... headers) {
		return new SseClient(HttpSocket.open(port)).send("POST", "/v1/generations", body, headers).read();
	}

	/** Follows a generation and reads on. */
	public static SseClient follow(int port, String target, String... headers) {
		return new SseClient(HttpSocket.open(port)).send("GET", target, null, headers).read();
	}

	/**
	 * Follows a generation, and takes in but a little until it is told to {@link #read}.
	 */
	public static SseClient followWithoutReading(int port, String target) {
		return new SseClient(HttpSocket.open(port, 4096)).send("GET", target, null);
	}

	private SseClient send(String method, String target, @Nullable String body, String... more) {
		List<String> headers = new ArrayList<>(List.of(more));
		headers.add("Accept: text/event-stream");
		if (body != null) {
			headers.add("Content-Type: application/json");
		}
		this.socket.send(HttpSocket.request(method, target, body, headers.toArray(String[]::new)));
		return this;
	}

	/** Begins to read. */
	public SseClient read() {
		Thread.ofVirtual().name("sse-client").start(this::run);
		return this;
	}

	public HttpSocket.Head head() {
		return this.head.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
	}

	/** The id of the generation, from the first event or the {@code Location}. */
	public String generation() {
		String location = head().header("Location");
		if (location == null) {
			throw new AssertionError("No Location: " + head());
		}
		return location.substring(location.lastIndexOf('/') + 1);
	}

	/** The next event that was not taken; waits for it. */
	public Event next() throws InterruptedException {
		Event event = this.untaken.poll(PATIENCE, TimeUnit.SECONDS);
		if (event == null) {
			throw new AssertionError("No event came after " + this.wire);
		}
		return event;
	}

	/** The next events that were not taken. */
	public List<Event> next(int count) throws InterruptedException {
		List<Event> events = new ArrayList<>();
		while (events.size() < count) {
			events.add(next());
		}
		return events;
	}

	/** All events of a response that ends properly; waits for its end. */
	public List<Event> all() {
		Ending how = ending();
		if (how != Ending.PROPER) {
			throw new AssertionError("The response was cut after " + this.wire);
		}
		return List.copyOf(this.events);
	}

	/** The events so far. */
	public List<Event> events() {
		return List.copyOf(this.events);
	}

	public Ending ending() {
		return this.ending.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
	}

	public boolean ended() {
		return this.ending.isDone();
	}

	/** How many comments have come. */
	public int comments() {
		return this.comments.get();
	}

	/** The body so far, as it is. */
	public String wire() {
		return this.wire.toString();
	}

	/** Closes the sending half only. */
	public void shutdownOutput() {
		this.socket.shutdownOutput();
	}

	/** Resets the connection. */
	public void reset() {
		this.socket.reset();
	}

	@Override
	public void close() {
		this.socket.close();
	}

	private void run() {
		try {
			HttpSocket.Head read = this.socket.head();
			if (read == null) {
				throw new IOException("The connection ended before a response");
			}
			this.head.complete(read);
			if (read.header("Transfer-Encoding") == null) {
				this.wire
					.append(new String(
							this.socket.in()
								.readNBytes(Integer
									.parseInt(Objects.requireNonNullElse(read.header("Content-Length"), "0"))),
							StandardCharsets.UTF_8));
			}
			else {
				readChunks();
			}
			this.ending.complete(Ending.PROPER);
		}
		catch (IOException ex) {
			this.head.completeExceptionally(ex);
			this.ending.complete(Ending.CUT);
		}
		catch (RuntimeException ex) {
			this.head.completeExceptionally(ex);
			this.ending.completeExceptionally(ex);
		}
	}

	private void readChunks() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		Parser parser = new Parser();
		for (byte[] chunk = this.socket.chunk(); chunk.length > 0; chunk = this.socket.chunk()) {
			for (byte next : chunk) {
				if (next == '\n') {
					String text = line.toString(StandardCharsets.UTF_8);
					this.wire.append(text).append('\n');
					parser.line(text);
					line.reset();
				}
				else {
					line.write(next);
				}
			}
		}
		if (line.size() > 0) {
			throw new IllegalStateException("The last line has no end: " + line);
		}
	}

	private final class Parser {

		private @Nullable String id;

		private @Nullable String type;

		private @Nullable String data;

		private void line(String line) {
			if (line.isEmpty()) {
				if (this.data != null) {
					Event event = new Event(this.id, this.type, this.data);
					SseClient.this.events.add(event);
					SseClient.this.untaken.add(event);
				}
				this.id = null;
				this.type = null;
				this.data = null;
			}
			else if (line.startsWith(":")) {
				SseClient.this.comments.incrementAndGet();
			}
			else if (line.startsWith("id: ")) {
				this.id = line.substring(4);
			}
			else if (line.startsWith("event: ")) {
				this.type = line.substring(7);
			}
			else if (line.startsWith("data: ")) {
				this.data = (this.data != null) ? this.data + "\n" + line.substring(6) : line.substring(6);
			}
			else {
				throw new IllegalStateException("Not a line of an event stream: " + line);
			}
		}

	}

}
