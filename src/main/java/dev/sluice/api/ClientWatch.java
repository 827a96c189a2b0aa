package dev.sluice.api;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Notices within half a second that a client has closed the connection on which it waits
 * for an answer.
 */
@Component
public final class ClientWatch implements AutoCloseable {

	/** Somebody who waits. Called on the watching thread, so nothing here may block. */
	public interface Waiting {

		/** The client is gone. May be called more than once. */
		void clientLeft();

		/** The client was there a moment ago. */
		default void clientStays() {
		}

	}

	/** Ends the watch. Once closed, nobody looks at the connection any more. */
	public interface Registration extends AutoCloseable {

		@Override
		void close();

	}

	private static final Logger logger = LoggerFactory.getLogger(ClientWatch.class);

	private static final Duration TICK = Duration.ofMillis(400);

	private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

	private final Thread thread;

	private volatile boolean stopped;

	ClientWatch() {
		this.thread = Thread.ofPlatform().daemon().name("client-watch").start(this::run);
	}

	/** Watches the connection of a request whose body has been read. */
	public Registration watch(HttpServletRequest request, Waiting waiting) {
		Watched entry = new Watched((BooleanSupplier) request.getAttribute(ConnectionValve.CLOSED), waiting);
		this.watched.add(entry);
		return () -> {
			this.watched.remove(entry);
			entry.stop();
		};
	}

	@Override
	public void close() {
		this.stopped = true;
		LockSupport.unpark(this.thread);
	}

	private void run() {
		while (!this.stopped) {
			LockSupport.parkNanos(TICK.toNanos());
			this.watched.forEach(Watched::look);
		}
	}

	private static final class Watched {

		private final Waiting waiting;

		private @Nullable BooleanSupplier closed;

		private boolean stopped;

		private Watched(@Nullable BooleanSupplier closed, Waiting waiting) {
			this.closed = closed;
			this.waiting = waiting;
		}

		private void look() {
			try {
				if (left()) {
					this.waiting.clientLeft();
				}
				else {
					this.waiting.clientStays();
				}
			}
			catch (Throwable ex) {
				// One look that fails must not end the watch over the others.
				logger.error("A look at a connection failed", ex);
			}
		}

		/**
		 * Looks under the lock that {@link #stop} takes, so no look falls into the next
		 * request of the connection.
		 */
		private synchronized boolean left() {
			return !this.stopped && this.closed != null && this.closed.getAsBoolean();
		}

		private synchronized void stop() {
			this.stopped = true;
			this.closed = null;
		}

	}

}
