package dev.sluice.docs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A line to a server that goes wrong once, and is good from then on.
 */
final class BadLine implements Closeable {

	private static final String REFUSAL = """
			{"type":"urn:sluice:problem:model-unavailable","title":"Busy","status":503,"code":"model-unavailable"}""";

	private final ServerSocket server;

	private final int target;

	private final AtomicInteger untilCut;

	private final AtomicInteger connections = new AtomicInteger();

	private BadLine(int target, int untilCut) throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.target = target;
		this.untilCut = new AtomicInteger(untilCut);
		Thread.startVirtualThread(this::accept);
	}

	/** It is cut when the server has sent so many bytes. */
	static BadLine cutAfter(int bytes, int target) throws IOException {
		return new BadLine(target, bytes);
	}

	/** The first request is answered with 503 and Retry-After. */
	static BadLine refusingOnce(int target) throws IOException {
		return new BadLine(target, 0);
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	int connections() {
		return this.connections.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.connections.incrementAndGet();
				Thread.startVirtualThread(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// The line is closed.
		}
	}

	private void serve(Socket client) {
		if (this.untilCut.compareAndSet(0, -1)) {
			refuse(client);
			return;
		}
		try (client; Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			Thread.startVirtualThread(() -> pass(client, upstream));
			pass(upstream, client);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void pass(Socket from, Socket to) {
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int next = in.read(); next >= 0; next = in.read()) {
				out.write(next);
				if (to.getPort() != this.target && this.untilCut.decrementAndGet() == 0) {
					// The next connection is not to be refused.
					this.untilCut.decrementAndGet();
					break;
				}
			}
			to.shutdownOutput();
		}
		catch (IOException ex) {
			// One of the two has left.
		}
	}

	private static void refuse(Socket client) {
		try (client) {
			client.getInputStream().readNBytes(1);
			client.getOutputStream()
				.write(("HTTP/1.1 503 \r\nRetry-After: 1\r\nContent-Type: application/problem+json\r\n"
						+ "Connection: close\r\nContent-Length: " + REFUSAL.length() + "\r\n\r\n" + REFUSAL)
					.getBytes(StandardCharsets.US_ASCII));
			client.shutdownOutput();
			client.getInputStream().readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
