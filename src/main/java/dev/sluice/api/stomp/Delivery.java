package dev.sluice.api.stomp;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import dev.sluice.orchestration.generation.EventLog;
import dev.sluice.orchestration.generation.EventReader;
import dev.sluice.orchestration.generation.Generation;
import dev.sluice.orchestration.generation.GenerationEvent;
import dev.sluice.orchestration.generation.LoggedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of one generation to one client, from a virtual thread that its socket
 * may hold up.
 */
final class Delivery {

	/** What the client wants to hear. */
	enum Mode {

		/** The last event only, with the whole output. */
		RESPONSE,
		/** Every event. */
		STREAM

	}

	private static final Duration LONGER_THAN_ANY_GENERATION = Duration.ofDays(1);

	private final StompSession session;

	private final Generation generation;

	private final Mode mode;

	private final long after;

	private final @Nullable String requestId;

	private final StompMessages messages;

	/**
	 * Held from the start, so that a client which leaves at once is a reader that has
	 * left.
	 */
	private final Generation.Watch interest;

	private final Thread thread;

	/** Held while the socket is written to: an interrupt would close it. */
	private final ReentrantLock sending = new ReentrantLock();

	private volatile boolean stopped;

	Delivery(StompSession session, Generation generation, Mode mode, long after, @Nullable String requestId) {
		this.session = session;
		this.generation = generation;
		this.mode = mode;
		this.after = after;
		this.requestId = requestId;
		this.messages = new StompMessages(generation, requestId);
		this.interest = generation.watch();
		this.thread = Thread.ofVirtual().name("stomp-delivery-" + generation.id()).unstarted(this::run);
	}

	String generationId() {
		return this.generation.id();
	}

	void start() {
		this.thread.start();
	}

	/** Lets go of the generation at once, even if the socket holds the thread up. */
	void stop() {
		this.stopped = true;
		this.interest.close();
		if (this.sending.tryLock()) {
			try {
				this.thread.interrupt();
			}
			finally {
				this.sending.unlock();
			}
		}
	}

	private void run() {
		try {
			switch (this.mode) {
				case RESPONSE -> sendResponse();
				case STREAM -> sendEvents();
			}
		}
		finally {
			this.interest.close();
			this.session.ended(this);
		}
	}

	private void sendResponse() {
		if (this.generation.await(LONGER_THAN_ANY_GENERATION)) {
			EventLog log = this.generation.log();
			LoggedEvent last = log.read(log.last());
			if (last != null) {
				send(this.messages.withOutput(last));
			}
		}
	}

	private void sendEvents() {
		try (EventReader events = new EventReader(this.generation.log(), this.after)) {
			LoggedEvent event = events.next(LONGER_THAN_ANY_GENERATION);
			while (event != null && send(this.messages.of(event))) {
				event = (event.event() instanceof GenerationEvent.End) ? null : events.next(LONGER_THAN_ANY_GENERATION);
			}
		}
	}

	/** Sends a message, unless it was stopped; says whether to go on. */
	private boolean send(byte[] message) {
		this.sending.lock();
		try {
			if (!this.stopped) {
				this.session.send(message, this.requestId);
			}
			return !this.stopped;
		}
		finally {
			this.sending.unlock();
		}
	}

}
