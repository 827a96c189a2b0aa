package dev.sluice.prompt.terms;

import org.jspecify.annotations.Nullable;

/**
 * A prompt that cannot be made, or a thing of this layer that cannot be read or changed.
 * The detail is written for the caller and never quotes a prompt.
 */
public class PromptException extends RuntimeException {

	/** What the caller can do about it. */
	public enum Reason {

		/** The request itself does not fit. */
		INVALID,
		/** There is no such template, version, label or policy. */
		NOT_FOUND,
		/** Somebody else was faster, or the state does not allow it. */
		CONFLICT,
		/** Larger than its bound. */
		TOO_LARGE,
		/** A template and its variables do not fit each other. */
		TEMPLATE_INVALID,
		/** The prompt does not fit the model's window, whatever is left out. */
		CONTEXT_TOO_LONG,
		/** A guardrail could not be asked, and its policy does not let pass unasked. */
		GUARDRAIL_UNAVAILABLE,
		/** The store cannot be reached, and nothing was kept. */
		STORE_UNAVAILABLE

	}

	private final Reason reason;

	private final @Nullable String field;

	public PromptException(Reason reason, String detail) {
		this(reason, null, detail, null);
	}

	/**
	 * A refusal.
	 * @param field what does not fit, as a path such as {@code variables.question}
	 */
	public PromptException(Reason reason, @Nullable String field, String detail, @Nullable Throwable cause) {
		super(detail, cause, false, cause != null);
		this.reason = reason;
		this.field = field;
	}

	/** A refusal that names what does not fit. */
	public static PromptException invalid(String field, String detail) {
		return new PromptException(Reason.INVALID, field, field + " " + detail, null);
	}

	public Reason reason() {
		return this.reason;
	}

	public @Nullable String field() {
		return this.field;
	}

	/** What the caller is told. */
	public String detail() {
		return String.valueOf(getMessage());
	}

}
