package dev.sluice.orchestration.generation;

import org.jspecify.annotations.Nullable;

/**
 * The numbered events of one generation. One thread appends, any number of threads read
 * from any position, none waits for another. This is the seam behind which a log that
 * several nodes share will fit.
 */
public interface EventLog {

	/** Stops a listener from being called; closing it twice does nothing. */
	interface Subscription extends AutoCloseable {

		@Override
		void close();

	}

	/** The sequence of the newest event, 0 while there is none. */
	long last();

	/**
	 * The event at {@code sequence}, or {@code null} if it is not there yet; the next one
	 * there is if it was lost.
	 */
	@Nullable LoggedEvent read(long sequence);

	/** Whether somebody may have seen that event, or none yet. */
	default boolean has(long sequence) {
		return sequence >= 0 && sequence <= last();
	}

	/** Whether the last event that there will ever be is there. */
	boolean ended();

	/** Whether several listeners follow the log as it grows. */
	boolean shared();

	/**
	 * Has {@code listener} called after events were appended, on the appending thread, so
	 * it must not block. Several events may have come since the last call.
	 */
	Subscription onAppend(Runnable listener);

}
