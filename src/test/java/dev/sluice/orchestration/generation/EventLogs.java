package dev.sluice.orchestration.generation;

/** Makes logged events for the tests of doors. */
public final class EventLogs {

	private EventLogs() {
	}

	/** The event as the first of a log. */
	public static LoggedEvent logged(GenerationEvent event) {
		return new LoggedEvent(1, event);
	}

}
