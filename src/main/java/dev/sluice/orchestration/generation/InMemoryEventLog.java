package dev.sluice.orchestration.generation;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log in memory, bounded in events and bytes. */
final class InMemoryEventLog implements EventLog {

	/** What an event costs besides its text: objects, headers, the place in the array. */
	private static final int EVENT_OVERHEAD = 96;

	/** What a generation costs that has no events yet. */
	private static final int LOG_OVERHEAD = 1024;

	private static final int ACCOUNTING_STEP = 4096;

	private static final Logger logger = LoggerFactory.getLogger(InMemoryEventLog.class);

	private static final LoggedEvent[] NONE = {};

	private final LogLimits limits;

	private final LongConsumer accounting;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	/** Empty once they are packed. */
	private volatile LoggedEvent[] events = new LoggedEvent[16];

	private volatile @Nullable PackedEvents packed;

	/**
	 * Written after the event it counts is in place, and read before: this publishes the
	 * event.
	 */
	private volatile int size;

	private volatile boolean ended;

	private long bytes = LOG_OVERHEAD;

	private long accounted;

	/**
	 * Makes an empty log.
	 * @param accounting is told of bytes that came in; may throw to refuse them
	 */
	InMemoryEventLog(LogLimits limits, LongConsumer accounting) {
		this.limits = limits;
		this.accounting = accounting;
	}

	/** Appends without telling the listeners. The last event always fits. */
	void append(GenerationEvent event) {
		int at = this.size;
		boolean end = event instanceof GenerationEvent.End;
		this.bytes += EVENT_OVERHEAD + sizeOf(event);
		if (!end) {
			checkLimits(at);
		}
		LoggedEvent[] current = this.events;
		if (at == current.length) {
			current = Arrays.copyOf(current, at * 2);
			this.events = current;
		}
		current[at] = new LoggedEvent(at + 1L, event);
		this.size = at + 1;
		if (end) {
			this.ended = true;
		}
	}

	void signal() {
		for (Runnable listener : this.listeners) {
			try {
				listener.run();
			}
			catch (RuntimeException ex) {
				logger.error("A reader failed", ex);
			}
		}
	}

	/**
	 * Puts the events of a log that has ended into less memory.
	 * @return bytes that the accounting was not told of; negative if it was told of more
	 */
	long pack() {
		PackedEvents events = PackedEvents.of(this.events, this.size);
		this.packed = events;
		this.events = NONE;
		this.bytes = LOG_OVERHEAD + events.bytes();
		for (LoggedEvent other : events.others()) {
			this.bytes += EVENT_OVERHEAD + sizeOf(other.event());
		}
		return this.bytes - this.accounted;
	}

	/** All bytes it holds, for good once it is packed. */
	long bytes() {
		return this.bytes;
	}

	@Override
	public long last() {
		return this.size;
	}

	@Override
	public @Nullable LoggedEvent read(long sequence) {
		if (sequence < 1 || sequence > this.size) {
			return null;
		}
		int at = (int) sequence - 1;
		LoggedEvent[] current = this.events;
		PackedEvents packed = this.packed;
		return (current.length == 0 && packed != null) ? packed.at(at) : current[at];
	}

	@Override
	public boolean ended() {
		return this.ended;
	}

	@Override
	public boolean shared() {
		return !this.ended && this.listeners.size() > 1;
	}

	@Override
	public Subscription onAppend(Runnable listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	private void checkLimits(int at) {
		if (at >= this.limits.maxEvents() || this.bytes > this.limits.maxBytes().toBytes()) {
			throw new GenerationException(ErrorCode.MODEL_FAILED, "The answer is longer than the gateway allows");
		}
		if (this.bytes - this.accounted >= ACCOUNTING_STEP) {
			this.accounting.accept(this.bytes - this.accounted);
			this.accounted = this.bytes;
		}
	}

	private static int sizeOf(GenerationEvent event) {
		return switch (event) {
			case GenerationEvent.Delta(String text) -> 2 * text.length();
			case GenerationEvent.Reasoning(String text) -> 2 * text.length();
			case GenerationEvent.ToolCall(var tool) -> 2 * tool.input().length();
			case GenerationEvent.Part(var part) -> 2 * part.size();
			case GenerationEvent.Started _, GenerationEvent.End _ -> 0;
		};
	}

}
