package dev.sluice.orchestration.generation;

import java.time.Duration;

import dev.sluice.prompt.terms.PromptException;

/** What a refusal of the prompt layer is to a client. */
public final class PromptFailures {

	private PromptFailures() {
	}

	public static Failure failureOf(PromptException ex) {
		ErrorCode code = switch (ex.reason()) {
			case INVALID -> ErrorCode.INVALID_REQUEST;
			case NOT_FOUND -> ErrorCode.NOT_FOUND;
			case CONFLICT -> ErrorCode.CONFLICT;
			case TOO_LARGE -> ErrorCode.PAYLOAD_TOO_LARGE;
			case TEMPLATE_INVALID -> ErrorCode.TEMPLATE_INVALID;
			case CONTEXT_TOO_LONG -> ErrorCode.CONTEXT_TOO_LONG;
			case GUARDRAIL_UNAVAILABLE -> ErrorCode.GUARDRAIL_UNAVAILABLE;
			case STORE_UNAVAILABLE -> ErrorCode.STORE_UNAVAILABLE;
		};
		return new Failure(code, ex.detail(), ex.field(), code.transientFault() ? Duration.ofSeconds(2) : null);
	}

}
