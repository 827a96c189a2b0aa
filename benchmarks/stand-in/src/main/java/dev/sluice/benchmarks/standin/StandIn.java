package dev.sluice.benchmarks.standin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Answers Converse and ConverseStream over plain HTTP/1.1 on the loopback address, from
 * one thread and from bytes encoded beforehand, so that a benchmark measures what stands
 * in front of it. To DynamoDB's calls, all of which go to {@code /}, it says that they
 * succeeded: what is read is never there, what is written is forgotten. The pace can be
 * changed while it runs: {@code /control?deltas=64&first=0&interval=50}; {@code /control}
 * tells the pace and what was served.
 */
public final class StandIn implements AutoCloseable {

	private static final ByteBuffer CONTINUE = Script.direct(ascii("HTTP/1.1 100 Continue\r\n\r\n"));

	private static final ByteBuffer NOT_FOUND = Script
		.direct(ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));

	/** Of DynamoDB. It serves all calls: whatever an answer may tell is missing. */
	private static final ByteBuffer NOTHING = Script.direct(
			ascii("HTTP/1.1 200 OK\r\n" + "Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}"));

	private static final ByteBuffer UNREADABLE = Script
		.direct(ascii("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));

	private final Selector selector = Selector.open();

	private final ServerSocketChannel server = ServerSocketChannel.open();

	private final ByteBuffer received = ByteBuffer.allocate(64 * 1024);

	private final TimerWheel timers = new TimerWheel(millis());

	private Script script;

	private long answers;

	private long streams;

	private long storeCalls;

	private long cut;

	public StandIn(int port, int deltas, int firstDelay, int interval) throws IOException {
		this.script = Script.of(deltas, firstDelay, interval);
		this.server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
		this.server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 4096);
		this.server.configureBlocking(false);
		this.server.register(this.selector, SelectionKey.OP_ACCEPT);
	}

	public static void main(String[] args) throws IOException {
		int port = 9090;
		int deltas = 64;
		int first = 0;
		int interval = 0;
		for (String arg : args) {
			String[] option = arg.split("=", 2);
			switch (option[0]) {
				case "--port" -> port = Integer.parseInt(option[1]);
				case "--deltas" -> deltas = Integer.parseInt(option[1]);
				case "--first" -> first = Integer.parseInt(option[1]);
				case "--interval" -> interval = Integer.parseInt(option[1]);
				default -> throw new IllegalArgumentException(
						"--port=9090 --deltas=64 --first=0 --interval=0 (ms); not " + arg);
			}
		}
		try (StandIn standIn = new StandIn(port, deltas, first, interval)) {
			System.out.println("Bedrock stand-in on http://127.0.0.1:" + standIn.port());
			standIn.run();
		}
	}

	public int port() throws IOException {
		return ((InetSocketAddress) this.server.getLocalAddress()).getPort();
	}

	/** Serves until it is closed. */
	public void run() throws IOException {
		while (this.selector.isOpen()) {
			this.selector.select(this::ready, this.timers.delay(millis()));
			this.timers.advance(millis(), this::step);
		}
	}

	@Override
	public void close() throws IOException {
		this.selector.close();
		this.server.close();
	}

	private void ready(SelectionKey key) {
		if (key.isAcceptable()) {
			accept();
			return;
		}
		Connection connection = (Connection) key.attachment();
		try {
			if (key.isReadable()) {
				read(connection);
			}
			if (key.isValid() && key.isWritable()) {
				connection.writable();
			}
		}
		catch (IOException ex) {
			close(connection);
		}
	}

	private void accept() {
		try {
			for (SocketChannel channel; (channel = this.server.accept()) != null;) {
				channel.configureBlocking(false);
				channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
				Connection connection = new Connection(channel);
				connection.key = channel.register(this.selector, SelectionKey.OP_READ, connection);
			}
		}
		catch (IOException ex) {
			System.err.println("Could not accept: " + ex);
		}
	}

	private void read(Connection connection) throws IOException {
		this.received.clear();
		int length = connection.channel.read(this.received);
		if (length < 0) {
			close(connection);
			return;
		}
		switch (connection.request.read(this.received.array(), length)) {
			case MORE -> {
			}
			case CONTINUE -> connection.send(CONTINUE);
			case DONE -> answer(connection, connection.request.path);
			case UNREADABLE -> {
				connection.send(UNREADABLE);
				close(connection);
			}
		}
	}

	private void answer(Connection connection, String path) throws IOException {
		if (path.endsWith("/converse")) {
			start(connection, false);
		}
		else if (path.endsWith("/converse-stream")) {
			start(connection, true);
		}
		else if (path.equals("/")) {
			this.storeCalls++;
			connection.send(NOTHING);
		}
		else if (path.startsWith("/control")) {
			connection.send(Script.direct(Script.json(control(path))));
		}
		else {
			connection.send(NOT_FOUND);
		}
	}

	private void start(Connection connection, boolean streaming) throws IOException {
		Script script = this.script;
		if (!streaming && script.firstDelay() == 0) {
			this.answers++;
			connection.send(script.converse());
		}
		else if (!script.paced()) {
			this.streams++;
			connection.send(script.stream());
		}
		else {
			connection.script = script;
			connection.streaming = streaming;
			connection.step = 0;
			connection.due = millis() + script.firstDelay();
			if (script.firstDelay() == 0) {
				step(connection);
			}
			else {
				this.timers.schedule(connection);
			}
		}
	}

	private void step(Connection connection) {
		Script script = connection.script;
		if (script == null) {
			return;
		}
		try {
			if (!connection.streaming) {
				this.answers++;
				connection.script = null;
				connection.send(script.converse());
				return;
			}
			do {
				connection.send(script.steps().get(connection.step++));
			}
			while (script.interval() == 0 && connection.step < script.deltas());
			if (connection.step == script.deltas()) {
				this.streams++;
				connection.script = null;
			}
			else {
				connection.due += script.interval();
				this.timers.schedule(connection);
			}
		}
		catch (IOException ex) {
			close(connection);
		}
	}

	private void close(Connection connection) {
		if (connection.script != null) {
			this.cut++;
			connection.script = null;
		}
		connection.key.cancel();
		try {
			connection.channel.close();
		}
		catch (IOException ex) {
			// Nothing is left to be done with it.
		}
	}

	private String control(String path) {
		int deltas = this.script.deltas();
		int first = this.script.firstDelay();
		int interval = this.script.interval();
		try {
			for (String pair : path.substring(Math.min(path.length(), "/control?".length())).split("&")) {
				String[] setting = pair.split("=", 2);
				switch (setting[0]) {
					case "deltas" -> deltas = Integer.parseInt(setting[1]);
					case "first" -> first = Integer.parseInt(setting[1]);
					case "interval" -> interval = Integer.parseInt(setting[1]);
					case "" -> {
					}
					default -> throw new IllegalArgumentException("no such setting");
				}
			}
			this.script = Script.of(deltas, first, interval);
		}
		catch (IllegalArgumentException ex) {
			return "{\"error\":\"/control?deltas=64&first=0&interval=50\"}";
		}
		return "{\"deltas\":%d,\"first\":%d,\"interval\":%d,\"answers\":%d,\"streams\":%d,\"cut\":%d,\"storeCalls\":%d,\"connections\":%d}"
			.formatted(deltas, first, interval, this.answers, this.streams, this.cut, this.storeCalls,
					this.selector.keys().size() - 1);
	}

	private static long millis() {
		return System.nanoTime() / 1_000_000;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
