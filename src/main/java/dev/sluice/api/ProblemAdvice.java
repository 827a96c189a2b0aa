package dev.sluice.api;

import java.io.IOException;

import dev.sluice.orchestration.conversation.ConversationException;
import dev.sluice.orchestration.generation.ConversationFailures;
import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.Failure;
import dev.sluice.orchestration.generation.GenerationException;
import dev.sluice.orchestration.generation.PromptFailures;
import dev.sluice.prompt.terms.PromptException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Turns what goes wrong in a controller, or on the way to one, into a problem. */
@ControllerAdvice
class ProblemAdvice {

	private static final Logger logger = LoggerFactory.getLogger(ProblemAdvice.class);

	private final Refusals refusals;

	ProblemAdvice(Refusals refusals) {
		this.refusals = refusals;
	}

	@ExceptionHandler
	void refused(GenerationException ex, HttpServletRequest request, HttpServletResponse response) throws IOException {
		refuse(request, response, Problem.of(ex.failure()));
	}

	@ExceptionHandler
	void refused(PromptException ex, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (ex.getCause() != null) {
			logger.warn("A request was refused: {} ({})", ex.detail(), String.valueOf(ex.getCause()));
		}
		refuse(request, response, Problem.of(PromptFailures.failureOf(ex)));
	}

	@ExceptionHandler
	void refused(ConversationException ex, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (ex.getCause() != null) {
			logger.warn("A request was refused: {} ({})", ex.detail(), String.valueOf(ex.getCause()));
		}
		refuse(request, response, Problem.of(ConversationFailures.failureOf(ex)));
	}

	/** The client is gone; nobody is left to be told. */
	@ExceptionHandler
	void broken(IOException ex) {
		logger.debug("The response could not be sent", ex);
	}

	/** Tomcat reads a query when it is first asked for. */
	@ExceptionHandler
	void unreadable(InvalidParameterException ex, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		refuse(request, response, Problem.of(Failure.invalid(null, "The query could not be read")));
	}

	@ExceptionHandler
	void other(Exception ex, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (ex instanceof ErrorResponse known) {
			known.getHeaders().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
			refuse(request, response, of(known.getStatusCode(), detailOf(known)));
		}
		else {
			logger.error("A request failed", ex);
			refuse(request, response, of(HttpStatus.INTERNAL_SERVER_ERROR, null));
		}
	}

	private void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
		this.refusals.count(request, problem.code());
		ProblemWriter.write(response, problem);
	}

	/** The problem for a status of HTTP. */
	static Problem of(HttpStatusCode status, @Nullable String detail) {
		HttpStatus known = HttpStatus.resolve(status.value());
		String title = (known != null) ? known.getReasonPhrase() : "Error";
		ErrorCode code = switch (status.value()) {
			case 404 -> ErrorCode.NOT_FOUND;
			case 409 -> ErrorCode.CONFLICT;
			case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
			// What HTTP finds fault with in a request, though it counts it as the
			// server's.
			case 501, 505 -> ErrorCode.INVALID_REQUEST;
			case 503 -> ErrorCode.MODEL_UNAVAILABLE;
			default -> status.is4xxClientError() ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
		};
		return Problem.of(Failure.of(code, (detail != null) ? detail : title)).withStatus(status.value(), title);
	}

	private static @Nullable String detailOf(ErrorResponse error) {
		return (error.getStatusCode().value() == 404) ? "There is nothing at this path" : error.getBody().getDetail();
	}

}
