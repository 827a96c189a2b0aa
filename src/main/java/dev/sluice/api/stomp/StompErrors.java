package dev.sluice.api.stomp;

import dev.sluice.api.Problem;
import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.socket.messaging.StompSubProtocolErrorHandler;

/**
 * Turns a frame that cannot be understood or allowed into an ERROR frame with a problem.
 */
final class StompErrors extends StompSubProtocolErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(StompErrors.class);

	@Override
	public Message<byte[]> handleClientMessageProcessingError(@Nullable Message<byte[]> frame, Throwable failure) {
		Problem problem = Problem.of(failureOf(frame, failure));
		if (frame != null && !outOfOrder(frame, failure)) {
			logger.error("A frame could not be handled", failure);
		}
		else {
			logger.info("A frame was refused as {}", problem.code());
		}
		StompHeaderAccessor cause = (frame != null)
				? MessageHeaderAccessor.getAccessor(frame, StompHeaderAccessor.class) : null;
		StompHeaderAccessor headers = headersOf(problem, (cause != null) ? cause.getReceipt() : null);
		headers.setLeaveMutable(true);
		return MessageBuilder.createMessage(problem.toJson(), headers.getMessageHeaders());
	}

	static StompHeaderAccessor headersOf(Problem problem, @Nullable String receiptId) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.ERROR);
		headers.setMessage(problem.code() + ": " + problem.detail());
		headers.setContentType(MimeTypeUtils.APPLICATION_JSON);
		if (receiptId != null) {
			headers.setReceiptId(receiptId);
		}
		return headers;
	}

	/** Spring has no session before the first CONNECT, and none for a second one. */
	private static boolean outOfOrder(@Nullable Message<byte[]> frame, Throwable failure) {
		return frame != null && failure instanceof IllegalStateException;
	}

	/** Without a frame it was the reading that failed. */
	private static Failure failureOf(@Nullable Message<byte[]> frame, Throwable failure) {
		if (outOfOrder(frame, failure)) {
			return Failure.invalid(null, "The frame comes out of order: CONNECT first, and once");
		}
		if (frame != null) {
			return Failure.of(ErrorCode.INTERNAL_ERROR, "The frame could not be handled");
		}
		return String.valueOf(failure.getMessage()).contains("buffer size limit")
				? Failure.of(ErrorCode.PAYLOAD_TOO_LARGE, "The frame is too large")
				: Failure.invalid(null, "This is not a STOMP frame");
	}

}
