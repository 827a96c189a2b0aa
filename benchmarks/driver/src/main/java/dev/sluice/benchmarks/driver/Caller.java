package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One caller and its connection, kept between calls. */
final class Caller implements BodyReader.Deltas {

	interface Listener {

		void delta(Caller caller, long sincePrevious, long now);

		void firstDelta(Caller caller, long sinceStart);

		void finished(Caller caller, long latency, String problem, long now);

	}

	private final Selector selector;

	private final InetSocketAddress address;

	private final ByteBuffer request;

	private final Listener listener;

	private final ResponseReader response;

	private SocketChannel channel;

	private SelectionKey key;

	private long started;

	private long lastDelta;

	private long lastRead;

	boolean busy;

	/** Failures in a row. */
	int failures;

	Caller(Selector selector, Target target, Load load, byte[] expected, Listener listener) {
		this.selector = selector;
		this.address = target.address();
		byte[] encoded = target.request(load.streaming(), load.interval());
		this.request = ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
		this.listener = listener;
		this.response = new ResponseReader(target.reader(load.streaming(), expected, load.deltas(), this));
	}

	void call() {
		this.busy = true;
		this.lastDelta = 0;
		this.response.start();
		this.lastRead = System.nanoTime();
		try {
			if (this.channel != null) {
				send();
				return;
			}
			this.channel = SocketChannel.open();
			this.channel.configureBlocking(false);
			this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			this.key = this.channel.register(this.selector, SelectionKey.OP_CONNECT, this);
			if (this.channel.connect(this.address)) {
				connected();
			}
		}
		catch (IOException ex) {
			fail(ex.toString());
		}
	}

	/** The time until the connection is there is not the target's. */
	private void connected() throws IOException {
		this.key.interestOps(SelectionKey.OP_READ);
		send();
	}

	private void send() throws IOException {
		this.started = System.nanoTime();
		this.channel.write(this.request.rewind());
		if (this.request.hasRemaining()) {
			throw new IOException("the request did not fit into the socket's buffer");
		}
	}

	void ready(ByteBuffer buffer) {
		try {
			if (this.key.isConnectable()) {
				this.channel.finishConnect();
				connected();
				return;
			}
			buffer.clear();
			int length = this.channel.read(buffer);
			long now = System.nanoTime();
			this.lastRead = now;
			if (length < 0) {
				this.response.closed();
				close();
				if (this.busy) {
					finish(this.response.done() ? this.response.end() : "closed before the end", now);
				}
				return;
			}
			this.response.read(buffer.array(), length, now);
			if (this.busy && this.response.done()) {
				if (!this.response.keepAlive) {
					close();
				}
				finish(this.response.end(), now);
			}
		}
		catch (IOException | RuntimeException ex) {
			fail(ex.toString());
		}
	}

	@Override
	public void delta(long now) {
		if (this.lastDelta == 0) {
			this.listener.firstDelta(this, now - this.started);
			this.listener.delta(this, -1, now);
		}
		else {
			this.listener.delta(this, now - this.lastDelta, now);
		}
		this.lastDelta = now;
	}

	void failIfSilent(long now, long limit) {
		if (this.busy && now - this.lastRead > limit) {
			fail("silent for too long");
		}
	}

	boolean hadDelta() {
		return this.lastDelta != 0;
	}

	/** A stream is open and running. */
	boolean hadFirstDelta() {
		return this.busy && this.lastDelta != 0;
	}

	void close() {
		if (this.channel == null) {
			return;
		}
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// It is gone either way.
		}
		this.channel = null;
	}

	private void fail(String problem) {
		close();
		if (this.busy) {
			finish(problem, System.nanoTime());
		}
	}

	private void finish(String problem, long now) {
		this.busy = false;
		this.failures = (problem == null) ? 0 : this.failures + 1;
		this.listener.finished(this, now - this.started, problem, now);
	}

}
