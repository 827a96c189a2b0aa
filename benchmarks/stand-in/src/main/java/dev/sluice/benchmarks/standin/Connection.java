package dev.sluice.benchmarks.standin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * A client's connection: what it still has to receive, and where its paced stream stands.
 */
final class Connection {

	final SocketChannel channel;

	SelectionKey key;

	final RequestReader request = new RequestReader();

	/** When the next step of the answer goes out, in milliseconds. */
	long due;

	/** The answer in progress, or null between requests. */
	Script script;

	boolean streaming;

	int step;

	private ArrayDeque<ByteBuffer> unsent;

	Connection(SocketChannel channel) {
		this.channel = channel;
	}

	void send(ByteBuffer encoded) throws IOException {
		ByteBuffer buffer = encoded.duplicate();
		if (this.unsent == null || this.unsent.isEmpty()) {
			this.channel.write(buffer);
		}
		if (buffer.hasRemaining()) {
			if (this.unsent == null) {
				this.unsent = new ArrayDeque<>();
			}
			this.unsent.add(buffer);
			this.key.interestOpsOr(SelectionKey.OP_WRITE);
		}
	}

	void writable() throws IOException {
		while (!this.unsent.isEmpty()) {
			this.channel.write(this.unsent.peek());
			if (this.unsent.peek().hasRemaining()) {
				return;
			}
			this.unsent.remove();
		}
		this.key.interestOpsAnd(~SelectionKey.OP_WRITE);
	}

}
