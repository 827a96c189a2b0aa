package dev.sluice.orchestration.generation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A log that was read from the store: a whole one, one whose middle was lost with the
 * process that wrote it, or the beginning of one that another process is writing, whose
 * other events are to come all at once.
 */
final class StoredLog implements EventLog {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	/** Behind all events that a log may hold. */
	private static final int BEHIND_LOST = 1_000_000_000;

	private volatile PackedEvents events;

	/**
	 * Makes a log.
	 * @param lost whether there were events before the last one that nobody knows
	 */
	StoredLog(List<GenerationEvent> events, boolean lost) {
		LoggedEvent[] logged = new LoggedEvent[events.size()];
		for (int i = 0; i < logged.length; i++) {
			boolean behindLost = lost && i == logged.length - 1;
			logged[i] = new LoggedEvent(behindLost ? BEHIND_LOST : i + 1L, events.get(i));
		}
		this.events = PackedEvents.of(logged, logged.length);
	}

	/** Puts the whole log in the place of its beginning. */
	void complete(StoredLog whole) {
		this.events = whole.events;
		this.listeners.forEach(Runnable::run);
	}

	@Override
	public long last() {
		return lastOf(this.events).sequence();
	}

	@Override
	public @Nullable LoggedEvent read(long sequence) {
		PackedEvents events = this.events;
		if (sequence < 1 || sequence > lastOf(events).sequence()) {
			return null;
		}
		return events.at((int) Math.min(sequence, events.size()) - 1);
	}

	/** Another process has events that are not known here yet. */
	@Override
	public boolean has(long sequence) {
		return sequence >= 0 && (sequence <= last() || !ended());
	}

	@Override
	public boolean ended() {
		return end() != null;
	}

	@Override
	public boolean shared() {
		return false;
	}

	@Override
	public Subscription onAppend(Runnable listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	/** The end, if it is there. */
	GenerationEvent.@Nullable End end() {
		return (lastOf(this.events).event() instanceof GenerationEvent.End end) ? end : null;
	}

	private static LoggedEvent lastOf(PackedEvents events) {
		return events.at(events.size() - 1);
	}

}
