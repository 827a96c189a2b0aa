package dev.sluice.orchestration.generation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a client is told when something was refused or failed. It comes from the code and
 * from the client's own input, never from a backend's message.
 *
 * @param field the field or header that does not fit, as a path such as
 * {@code messages[0].role}
 * @param retryAfter when another try makes sense
 * @param generationId what is in the way, if it is a generation
 */
public record Failure(ErrorCode code, String detail, @Nullable String field, @Nullable Duration retryAfter,
		@Nullable String generationId) {

	/** A failure that no other generation is the cause of. */
	public Failure(ErrorCode code, String detail, @Nullable String field, @Nullable Duration retryAfter) {
		this(code, detail, field, retryAfter, null);
	}

	public static Failure of(ErrorCode code, String detail) {
		return new Failure(code, detail, null, code.transientFault() ? Duration.ofSeconds(2) : null);
	}

	public static Failure invalid(@Nullable String field, String detail) {
		return new Failure(ErrorCode.INVALID_REQUEST, detail, field, null);
	}

}
