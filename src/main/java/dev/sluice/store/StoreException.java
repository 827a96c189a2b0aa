package dev.sluice.store;

import org.jspecify.annotations.Nullable;

/** A call to the store that did not do what it should. */
public class StoreException extends RuntimeException {

	/** What can be done about it. */
	public enum Reason {

		/** The store cannot be reached, is too slow, refuses, or lacks the table. */
		UNAVAILABLE,
		/** What was expected to be there is not, or something else is. */
		CONFLICT,
		/** An item is larger than an item may be. */
		TOO_LARGE

	}

	private final Reason reason;

	public StoreException(Reason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	public Reason reason() {
		return this.reason;
	}

}
