package dev.sluice.model.bedrock;

import java.nio.charset.StandardCharsets;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BedrockErrorsTests {

	@Test
	void keepsWhatMayQuoteAPromptOutOfTheMessage() {
		byte[] body = bytes("{\"message\":\"Malformed input: my secret\"}");

		assertThat(BedrockErrors.ofResponse(400, "ValidationException", "r1", body))
			.hasMessage("ValidationException (400, request r1)");
		assertThat(BedrockErrors.ofResponse(403, "AccessDeniedException", "r1", bytes("{\"message\":\"No access\"}")))
			.hasMessage("AccessDeniedException (403, request r1): No access");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			429 | ThrottlingException           | Too many requests, please wait before trying again. | THROTTLED
			400 | ThrottlingException           | Too many tokens, please wait before trying again.   | THROTTLED
			429 | ModelNotReadyException        | not ready                                           | NOT_READY
			503 | ServiceUnavailableException   | not now                                             | UNAVAILABLE
			500 | InternalServerException       | oops                                                | INTERNAL
			408 | ModelTimeoutException         | too slow                                            | MODEL_ERROR
			424 | ModelErrorException           | oops                                                | MODEL_ERROR
			424 | ModelStreamErrorException     | oops                                                | MODEL_ERROR
			400 | ServiceQuotaExceededException | quota                                               | REJECTED
			400 | ValidationException           | A conversation must start with a user message.      | REJECTED
			400 | ValidationException           | Input is too long for requested model.              | CONTEXT_TOO_LONG
			400 | ValidationException           | prompt is too long: 200001 tokens > 200000 maximum  | CONTEXT_TOO_LONG
			400 | ValidationException           | This exceeds the maximum of the model's context     | CONTEXT_TOO_LONG
			400 | ValidationException           | The provided model identifier is invalid.           | UNKNOWN_MODEL
			404 | ResourceNotFoundException     | Could not resolve the foundation model              | UNKNOWN_MODEL
			403 | AccessDeniedException         | no access                                           | ACCESS_DENIED
			403 | UnrecognizedClientException   | The security token included in the request is inv…  | ACCESS_DENIED
			403 | ExpiredTokenException         | expired                                             | ACCESS_DENIED
			403 | InvalidSignatureException     | signature                                           | ACCESS_DENIED
			400 | IncompleteSignature           | signature                                           | ACCESS_DENIED
			404 | FTUFormNotFilled              | use case                                            | ACCESS_DENIED
			400 | SomethingNewException         | oops                                                | REJECTED
			500 | SomethingNewException         | oops                                                | INTERNAL
			""")
	void mapsTypes(int status, String type, String message, Reason reason) {
		byte[] body = bytes("{\"message\":\"" + message + "\"}");
		byte[] typedBody = bytes("{\"__type\":\"com.amazon.coral#" + type + "\",\"Message\":\"" + message + "\"}");
		String header = type + ":http://internal.amazon.com/coral/com.amazon.bedrock/";

		assertThat(BedrockErrors.ofResponse(status, header, "r1", body)).satisfies((ex) -> {
			assertThat(ex.reason()).isEqualTo(reason);
			assertThat(ex).hasMessageStartingWith(type + " (" + status + ", request r1)");
		});
		assertThat(BedrockErrors.ofResponse(status, null, "r1", typedBody).reason()).isEqualTo(reason);
	}

	@ParameterizedTest
	@CsvSource({ "429, THROTTLED", "503, UNAVAILABLE", "500, INTERNAL", "502, UNAVAILABLE", "504, UNAVAILABLE",
			"599, INTERNAL", "400, REJECTED", "404, REJECTED", "413, REJECTED", "302, REJECTED", "401, ACCESS_DENIED",
			"403, ACCESS_DENIED", "407, ACCESS_DENIED", "408, MODEL_ERROR" })
	void goesByTheStatusWithoutAType(int status, Reason reason) {
		for (String body : new String[] { "", "<html>no</html>", "{\"message\":17}", "[]", "{\"message\":" }) {
			assertThat(BedrockErrors.ofResponse(status, null, null, bytes(body)).reason()).isEqualTo(reason);
		}
	}

	@Test
	void cutsLongMessages() {
		ModelException ex = BedrockErrors.ofResponse(400, "ValidationException", null,
				bytes("{\"message\":\"" + "x".repeat(10_000) + "\"}"));

		assertThat(ex.getMessage()).hasSizeLessThan(400);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
