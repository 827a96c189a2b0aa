package dev.sluice.api;

import java.time.Duration;

import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.Failure;
import dev.sluice.orchestration.generation.GenerationEvent;
import dev.sluice.trace.DoorSpan;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * A problem by <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>, the same on
 * every door.
 *
 * @param code the stable code of the wire contract
 * @param field what does not fit, as a path
 * @param retryAfter seconds after which another try makes sense
 * @param generationId the generation that failed, if it came to one
 * @param traceId what the log calls this request
 */
public record Problem(String type, String title, int status, String code, String detail, @Nullable String field,
		@Nullable Long retryAfter, @Nullable String generationId, @Nullable String traceId) {

	public static final String MEDIA_TYPE = "application/problem+json";

	/**
	 * The problem of a request that was refused, with the trace id of the calling thread.
	 */
	public static Problem of(Failure failure) {
		return of(failure, failure.generationId(), MDC.get(DoorSpan.TRACE_ID));
	}

	/** The problem that a generation ended with. */
	public static Problem of(GenerationEvent.Failed failed, @Nullable String generationId) {
		return of(failed.failure(), generationId, failed.traceId());
	}

	private static Problem of(Failure failure, @Nullable String generationId, @Nullable String traceId) {
		ErrorCode code = failure.code();
		Duration retryAfter = failure.retryAfter();
		return new Problem("urn:sluice:problem:" + code.code(), code.title(), code.status(), code.code(),
				failure.detail(), failure.field(), (retryAfter != null) ? retryAfter.toSeconds() : null, generationId,
				traceId);
	}

	/** The problem as JSON. */
	public byte[] toJson() {
		return GenerationJson.object((json) -> GenerationJson.writeFields(json, this));
	}

	/** The same problem under a status of HTTP that says it better. */
	public Problem withStatus(int status, String title) {
		return new Problem(this.type, title, status, this.code, this.detail, this.field, this.retryAfter,
				this.generationId, this.traceId);
	}

}
