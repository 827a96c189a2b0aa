package dev.sluice.model.bedrock;

import java.io.IOException;
import java.util.concurrent.CompletionException;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What the SDK throws, in our words. */
final class SdkErrors {

	private SdkErrors() {
	}

	static ModelException sync(Throwable failure) {
		return of(failure, false);
	}

	/**
	 * A stream that ended before its answer was complete.
	 * @param failure nothing if the SDK took the end for a proper one
	 */
	static ModelException stream(@Nullable Throwable failure, boolean started) {
		if (failure == null) {
			return new ModelException(started ? Reason.BROKEN : Reason.CONNECTION,
					"The stream ended before the answer was complete");
		}
		return of((failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure,
				started);
	}

	private static ModelException of(Throwable failure, boolean started) {
		if (failure instanceof ModelException known) {
			return known;
		}
		if (failure instanceof AwsServiceException answer) {
			return answered(answer);
		}
		if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
			return new ModelException(Reason.ACCESS_DENIED, "No credentials for the call", failure);
		}
		return new ModelException((!started && isConnection(failure)) ? Reason.CONNECTION : Reason.BROKEN,
				"The call of Bedrock failed: " + failure.getMessage(), failure);
	}

	private static ModelException answered(AwsServiceException failure) {
		AwsErrorDetails details = failure.awsErrorDetails();
		String type = (details != null) ? details.errorCode() : null;
		String message = (details != null) ? details.errorMessage() : null;
		return BedrockErrors.of(failure.statusCode(), capitalised(type), message, failure.requestId(), failure);
	}

	/** In a stream an exception goes by its member name: throttlingException. */
	private static @Nullable String capitalised(@Nullable String type) {
		return (type != null && !type.isEmpty()) ? Character.toUpperCase(type.charAt(0)) + type.substring(1) : null;
	}

	/** An unreadable answer is an {@code IOException} too, of the SDK's JSON parser. */
	private static boolean isConnection(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof IOException
					&& !cause.getClass().getName().startsWith("software.amazon.awssdk.thirdparty.")) {
				return true;
			}
		}
		return false;
	}

}
