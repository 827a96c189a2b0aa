package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Lets the requests of this process into a conversation one after the other, in the order
 * in which they came.
 */
final class Lines {

	/** Most requests in one line. */
	static final int MOST = 64;

	/** Leaves the line, or gives the turn to the next; twice does nothing. */
	interface Place extends AutoCloseable {

		@Override
		void close();

	}

	static final Place NONE = () -> {
	};

	private final Map<String, Line> lines = new ConcurrentHashMap<>();

	/**
	 * Waits until it is this one's turn.
	 * @throws ConversationException if that takes too long, or the line is too long
	 */
	Place enter(String conversation, String generationId, Duration patience) {
		Line line = this.lines.compute(conversation, (_, found) -> {
			Line entered = (found != null) ? found : new Line();
			entered.length++;
			return entered;
		});
		if (line.length > MOST || !line.await(patience)) {
			leave(conversation);
			throw ConversationException.busy(line.holder);
		}
		line.holder = generationId;
		AtomicBoolean open = new AtomicBoolean(true);
		return () -> {
			if (open.compareAndSet(true, false)) {
				line.turn.release();
				leave(conversation);
			}
		};
	}

	private void leave(String conversation) {
		this.lines.computeIfPresent(conversation, (_, line) -> (--line.length == 0) ? null : line);
	}

	private static final class Line {

		private final Semaphore turn = new Semaphore(1, true);

		private volatile @Nullable String holder;

		/** Changed under the lock of the map's entry. */
		private volatile int length;

		private boolean await(Duration patience) {
			try {
				return this.turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException _) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

	}

}
