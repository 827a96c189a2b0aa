package dev.sluice.api.sse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.api.ClientWatch;
import dev.sluice.orchestration.generation.EventLog;
import dev.sluice.orchestration.generation.Generation;
import dev.sluice.orchestration.generation.LoggedEvent;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows a log. It has no thread: whoever has news (the thread that
 * appends, the web server when the socket takes bytes again, the watch over clients)
 * calls {@link #wake}, and the first of them writes without blocking what the socket
 * takes. So a lone reader costs no wake-up of its own, and a reader that does not read
 * costs a position in the log and nothing else.
 */
final class EventStream implements WriteListener, AsyncListener, ClientWatch.Waiting {

	private static final Logger logger = LoggerFactory.getLogger(EventStream.class);

	private final Generation generation;

	private final EventLog log;

	private final AsyncContext async;

	private final ServletOutputStream out;

	private final long keepAliveNanos;

	/**
	 * Wake-ups that are not yet served. Until the web server allows the first write it
	 * counts one that never ends.
	 */
	private final AtomicInteger wakeUps = new AtomicInteger(1);

	private final AtomicBoolean released = new AtomicBoolean();

	/** How many streams are open, this one among them until it is released. */
	private final AtomicInteger readers;

	private final Generation.Watch interest;

	private final EventLog.Subscription subscription;

	private volatile ClientWatch.@Nullable Registration watch;

	private volatile boolean left;

	private volatile boolean keepAliveDue;

	private volatile long lastWrite = System.nanoTime();

	private boolean open;

	private long position;

	private boolean unflushed;

	private EventStream(Generation generation, long after, AsyncContext async, ServletOutputStream out,
			Duration keepAlive, AtomicInteger readers) {
		this.readers = readers;
		this.readers.incrementAndGet();
		this.generation = generation;
		this.log = generation.log();
		this.position = after;
		this.async = async;
		this.out = out;
		this.keepAliveNanos = keepAlive.toNanos();
		this.interest = generation.watch();
		this.subscription = this.log.onAppend(this::wake);
	}

	/**
	 * Answers the request with the events behind the sequence {@code after}; returns at
	 * once.
	 */
	static void open(Generation generation, long after, HttpServletRequest request, ClientWatch clients,
			Duration keepAlive, AtomicInteger readers) throws IOException {
		AsyncContext async = request.startAsync();
		async.setTimeout(0);
		EventStream stream = new EventStream(generation, after, async, async.getResponse().getOutputStream(), keepAlive,
				readers);
		try {
			async.addListener(stream);
			stream.watch = clients.watch(request, stream);
			stream.out.setWriteListener(stream);
		}
		catch (RuntimeException ex) {
			// Completed too: a request that stays asynchronous would never be answered.
			stream.close();
			throw ex;
		}
	}

	@Override
	public void onWritePossible() {
		if (!this.open) {
			this.open = true;
			serve();
		}
		else {
			wake();
		}
	}

	/**
	 * The client has closed the connection, or its sending half: it has no say in whether
	 * the generation runs on, but if it still reads it is told how that ends. If not, the
	 * next write fails.
	 */
	@Override
	public void clientLeft() {
		letGo();
	}

	private void connectionLost() {
		this.left = true;
		wake();
	}

	@Override
	public void clientStays() {
		if (System.nanoTime() - this.lastWrite > this.keepAliveNanos) {
			this.keepAliveDue = true;
			wake();
		}
	}

	private void wake() {
		if (this.wakeUps.getAndIncrement() == 0) {
			serve();
		}
	}

	/** Runs on one thread at a time; the count hands the state over to the next. */
	private void serve() {
		int served = this.wakeUps.get();
		do {
			try {
				write();
			}
			catch (IOException | IllegalStateException _) {
				// The connection is gone, or the web server has given it up.
				this.left = true;
			}
			catch (Throwable ex) {
				logger.error("The events of {} could not be written", this.generation.id(), ex);
				close();
			}
			if (this.left) {
				// The web server ends the request itself. Were it told to, it might have
				// done
				// so already and be at another client's request with the same objects.
				release();
			}
			served = this.wakeUps.addAndGet(-served);
		}
		while (served != 0);
	}

	private void write() throws IOException {
		while (!this.released.get() && !this.left && this.out.isReady()) {
			if (this.unflushed) {
				this.unflushed = false;
				this.out.flush();
			}
			else if (!writeNews()) {
				return;
			}
		}
	}

	/**
	 * Writes what there is, to be flushed together; {@code false} if there is nothing.
	 */
	private boolean writeNews() throws IOException {
		// Looked at first: what is appended after the look is news, not the end.
		boolean ended = this.log.ended();
		LoggedEvent next = this.log.read(this.position + 1);
		if (next == null) {
			if (ended) {
				close();
				return false;
			}
			if (!this.keepAliveDue) {
				return false;
			}
			this.out.write(SseEncoding.COMMENT);
		}
		while (next != null) {
			this.out.write(next.as(SseEncoding.INSTANCE, this.log.shared()));
			this.position = next.sequence();
			next = this.out.isReady() ? this.log.read(this.position + 1) : null;
		}
		this.keepAliveDue = false;
		this.lastWrite = System.nanoTime();
		this.unflushed = true;
		return true;
	}

	private void close() {
		if (release()) {
			try {
				this.async.complete();
			}
			catch (IllegalStateException _) {
				// The web server has completed it after an error of its own.
			}
		}
	}

	/** Lets go of everything but the response; whether this call was the first. */
	private boolean release() {
		if (!this.released.compareAndSet(false, true)) {
			return false;
		}
		this.readers.decrementAndGet();
		this.subscription.close();
		letGo();
		return true;
	}

	private void letGo() {
		ClientWatch.Registration registration = this.watch;
		if (registration != null) {
			registration.close();
		}
		this.interest.close();
	}

	@Override
	public void onError(Throwable failure) {
		connectionLost();
	}

	@Override
	public void onError(AsyncEvent event) {
		connectionLost();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		connectionLost();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		release();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

}
