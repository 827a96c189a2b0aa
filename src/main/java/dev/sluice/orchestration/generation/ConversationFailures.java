package dev.sluice.orchestration.generation;

import java.time.Duration;

import dev.sluice.orchestration.conversation.ConversationException;

/** What a refusal of a conversation is to a client. */
public final class ConversationFailures {

	private ConversationFailures() {
	}

	public static Failure failureOf(ConversationException ex) {
		ErrorCode code = switch (ex.reason()) {
			case INVALID -> ErrorCode.INVALID_REQUEST;
			case NOT_FOUND -> ErrorCode.NOT_FOUND;
			case FORBIDDEN -> ErrorCode.FORBIDDEN;
			case BUSY, CONFLICT -> ErrorCode.CONFLICT;
			case STORE_UNAVAILABLE -> ErrorCode.STORE_UNAVAILABLE;
		};
		return new Failure(code, ex.detail(), ex.field(), code.transientFault() ? Duration.ofSeconds(2) : null,
				ex.generationId());
	}

}
