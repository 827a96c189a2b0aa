package dev.sluice.prompt.guardrail.bedrock;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * A guardrail that could not be asked.
 *
 * @param outcome what is counted
 * @param description what went wrong, for the log
 */
record GuardrailFailure(String outcome, String description) {

	private static final int MOST_OF_A_MESSAGE = 300;

	static GuardrailFailure of(RuntimeException ex) {
		return switch (ex) {
			case ApiCallTimeoutException _ -> new GuardrailFailure("timeout", "The time limit ran out");
			case AbortedException _ -> new GuardrailFailure("cancelled", "The call was interrupted");
			case AwsServiceException answer -> new GuardrailFailure(outcome(answer), describe(answer));
			case IllegalStateException ours -> new GuardrailFailure("failed", String.valueOf(ours.getMessage()));
			default -> new GuardrailFailure("failed", describe(ex));
		};
	}

	/**
	 * For the caller. What the SDK threw stays behind, since it may quote the text or the
	 * answer.
	 */
	PromptException toException() {
		return new PromptException(Reason.GUARDRAIL_UNAVAILABLE, null, "The guardrail cannot be asked at the moment",
				new IllegalStateException("ApplyGuardrail: " + this.description));
	}

	private static String outcome(AwsServiceException answer) {
		if (answer.isThrottlingException()) {
			return "throttled";
		}
		return (answer.statusCode() / 100 == 4) ? "refused" : "failed";
	}

	private static String describe(AwsServiceException answer) {
		AwsErrorDetails details = answer.awsErrorDetails();
		@Nullable String code = (details != null) ? details.errorCode() : null;
		@Nullable String message = (details != null) ? details.errorMessage() : null;
		String what = ((code != null) ? code : "An error without a type") + " (" + answer.statusCode() + ", request "
				+ answer.requestId() + ")";
		// What finds fault with a request may quote it.
		if (message == null || answer.statusCode() == 400 && !answer.isThrottlingException()) {
			return what;
		}
		return what + ": " + message.substring(0, Math.min(message.length(), MOST_OF_A_MESSAGE));
	}

	private static String describe(RuntimeException failure) {
		if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
			return "No credentials for the call";
		}
		List<String> chain = new ArrayList<>();
		for (Throwable ex = failure; ex != null && chain.size() < 6; ex = ex.getCause()) {
			chain.add(ex.getClass().getSimpleName());
		}
		return String.join(" of ", chain);
	}

}
