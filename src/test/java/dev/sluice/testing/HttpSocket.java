package dev.sluice.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A connection to the gateway on which a test says and hears every byte, and which it can
 * end in any way.
 */
public final class HttpSocket implements AutoCloseable {

	/** The head of a response. */
	public record Head(int status, Map<String, String> headers) {

		public @Nullable String header(String name) {
			return this.headers.get(name.toLowerCase(Locale.ROOT));
		}

	}

	/** A whole response. */
	public record Response(Head head, String body) {

		public int status() {
			return this.head.status();
		}

		public @Nullable String header(String name) {
			return this.head.header(name);
		}

	}

	private static final int PATIENCE = 20_000;

	private final Socket socket;

	private final InputStream in;

	private HttpSocket(Socket socket, InputStream in) {
		this.socket = socket;
		this.in = in;
	}

	public static HttpSocket open(int port) {
		return open(port, 0);
	}

	/**
	 * Opens a connection that takes in but a little unread.
	 * @param receiveBuffer size of the receive buffer, 0 for the system's default
	 */
	public static HttpSocket open(int port, int receiveBuffer) {
		try {
			Socket socket = new Socket();
			if (receiveBuffer > 0) {
				socket.setReceiveBufferSize(receiveBuffer);
			}
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(PATIENCE);
			socket.connect(new InetSocketAddress("127.0.0.1", port));
			return new HttpSocket(socket, new BufferedInputStream(socket.getInputStream()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A request with the headers given as lines, and a length where it has a body. */
	public static String request(String method, String target, @Nullable String body, String... headers) {
		StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
		for (String header : headers) {
			request.append(header).append("\r\n");
		}
		if (body != null) {
			request.append("Content-Length: ").append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
		}
		return request.append("\r\n").append((body != null) ? body : "").toString();
	}

	public HttpSocket send(String text) {
		return send(text.getBytes(StandardCharsets.UTF_8));
	}

	public HttpSocket send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public InputStream in() {
		return this.in;
	}

	/** Reads the head of a response, or nothing if the connection has ended. */
	public @Nullable Head head() throws IOException {
		String start = line();
		if (start == null) {
			return null;
		}
		Map<String, String> headers = new TreeMap<>();
		for (String line = line(); line != null && !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
					(first, second) -> first + ", " + second);
		}
		return new Head(Integer.parseInt(start.split(" ")[1]), headers);
	}

	/** Reads a response with its body. */
	public Response response() throws IOException {
		Head head = head();
		if (head == null) {
			throw new EOFException("The connection ended before a response");
		}
		return new Response(head, new String(body(head), StandardCharsets.UTF_8));
	}

	private byte[] body(Head head) throws IOException {
		if (head.header("Transfer-Encoding") != null) {
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
				body.writeBytes(chunk);
			}
			return body.toByteArray();
		}
		String length = head.header("Content-Length");
		if (length == null) {
			return (head.status() == 204 || head.status() < 200) ? new byte[0] : this.in.readAllBytes();
		}
		return this.in.readNBytes(Integer.parseInt(length));
	}

	/** Reads a chunk of a chunked body; the last one is empty. */
	byte[] chunk() throws IOException {
		String size = line();
		if (size == null) {
			throw new EOFException("The body was cut");
		}
		int length = Integer.parseInt(size, 16);
		byte[] chunk = this.in.readNBytes(length);
		if (line() == null || chunk.length < length) {
			throw new EOFException("The body was cut");
		}
		return chunk;
	}

	private @Nullable String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next == -1) {
				return null;
			}
			line.write(next);
		}
		return line.toString(StandardCharsets.UTF_8).stripTrailing();
	}

	/** Closes the sending half only. */
	public void shutdownOutput() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Lets go without a word: the gateway's next write is answered by a reset. */
	public void reset() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
