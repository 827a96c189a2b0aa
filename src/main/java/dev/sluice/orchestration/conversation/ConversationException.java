package dev.sluice.orchestration.conversation;

import org.jspecify.annotations.Nullable;

/**
 * A conversation that cannot be read, changed or gone on with; the detail is for the
 * caller.
 */
public class ConversationException extends RuntimeException {

	/** What the caller can do about it. */
	public enum Reason {

		/** The request itself does not fit. */
		INVALID,
		/** There is none that the caller may see. */
		NOT_FOUND,
		/** The caller may see it, and not do this to it. */
		FORBIDDEN,
		/** It is another generation's turn. */
		BUSY,
		/** Somebody else was faster. */
		CONFLICT,
		/** The store cannot be reached, and nothing was kept. */
		STORE_UNAVAILABLE

	}

	private final Reason reason;

	private final @Nullable String field;

	private final @Nullable String generationId;

	private ConversationException(Reason reason, @Nullable String field, String detail, @Nullable String generationId,
			@Nullable Throwable cause) {
		super(detail, cause, false, cause != null);
		this.reason = reason;
		this.field = field;
		this.generationId = generationId;
	}

	public ConversationException(Reason reason, String detail) {
		this(reason, null, detail, null, null);
	}

	public ConversationException(Reason reason, String detail, Throwable cause) {
		this(reason, null, detail, null, cause);
	}

	/** A refusal that names what does not fit. */
	public static ConversationException invalid(String field, String detail) {
		return new ConversationException(Reason.INVALID, field, field + " " + detail, null, null);
	}

	static ConversationException busy(@Nullable String generationId) {
		return new ConversationException(Reason.BUSY, null,
				"The conversation waits for the answer of " + ((generationId != null) ? generationId : "another"),
				generationId, null);
	}

	public Reason reason() {
		return this.reason;
	}

	public @Nullable String field() {
		return this.field;
	}

	/** Whose turn it is, if that is the reason. */
	public @Nullable String generationId() {
		return this.generationId;
	}

	/** What the caller is told. */
	public String detail() {
		return String.valueOf(getMessage());
	}

}
