package dev.sluice.model.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.testing.FakeBedrock;

/** Error answers that two transports must understand alike. */
final class ErrorCorpus {

	/** Where an error says of which type it is. */
	private enum Carrier {

		HEADER_WITH_ADDRESS, HEADER, TYPE, NAMESPACED_TYPE, CODE, TYPE_WITH_ADDRESS, HEADER_AGAINST_BODY

	}

	private static final Map<String, Integer> TYPES = Map.ofEntries(Map.entry("ThrottlingException", 429),
			Map.entry("ModelNotReadyException", 429), Map.entry("ServiceUnavailableException", 503),
			Map.entry("InternalServerException", 500), Map.entry("ModelTimeoutException", 408),
			Map.entry("ModelErrorException", 424), Map.entry("ModelStreamErrorException", 424),
			Map.entry("ValidationException", 400), Map.entry("ServiceQuotaExceededException", 400),
			Map.entry("AccessDeniedException", 403), Map.entry("ResourceNotFoundException", 404),
			Map.entry("UnrecognizedClientException", 403), Map.entry("ExpiredTokenException", 403),
			Map.entry("FTUFormNotFilled", 404), Map.entry("ExceptionOfTomorrow", 418));

	private static final List<Integer> STATUSES = List.of(301, 400, 401, 402, 403, 404, 407, 408, 409, 413, 418, 424,
			429, 500, 501, 502, 503, 504, 529);

	private static final List<String> MESSAGES = List.of("The provided model identifier is invalid.",
			"Input is too long for requested model.", "prompt is too long: 208310 tokens > 200000 maximum",
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
			"", "👩‍👩 \n \u0001");

	private ErrorCorpus() {
	}

	static Map<String, FakeBedrock.Answer> errors() {
		Map<String, FakeBedrock.Answer> errors = new LinkedHashMap<>();
		TYPES.forEach((type, status) -> {
			for (Carrier carrier : Carrier.values()) {
				errors.put(type + " in " + carrier, typed(status, type, carrier));
			}
			errors.put(type + " with 400", typed(400, type, Carrier.HEADER_WITH_ADDRESS));
			errors.put(type + " with 500", typed(500, type, Carrier.TYPE));
		});
		for (int status : STATUSES) {
			errors.put(status + " without a type", error(status, "", "{\"message\":\"It failed\"}"));
			errors.put(status + " with a page", error(status, "", "<html>not Bedrock</html>"));
			errors.put(status + " without a body", error(status, "", ""));
		}
		for (String message : MESSAGES) {
			for (String name : List.of("message", "Message", "errorMessage")) {
				errors.put(name + " " + message, error(400, "x-amzn-ErrorType: ValidationException\r\n",
						"{\"" + name + "\":" + Dice.quoted(message) + "}"));
			}
		}
		for (String body : List.of("[1]", "null", "{\"message\":{\"a\":1}}", "{\"message\":null,\"__type\":null}",
				"{\"mess", "{\"__type\":\"ThrottlingException\",\"code\":\"ValidationException\"}")) {
			errors.put("body " + body, error(400, "", body));
		}
		return errors;
	}

	private static FakeBedrock.Answer typed(int status, String type, Carrier carrier) {
		String header = "x-amzn-ErrorType: " + type;
		String message = "\"message\":\"It failed\"";
		return switch (carrier) {
			case HEADER_WITH_ADDRESS -> error(status,
					header + ":http://internal.amazon.com/coral/com.amazon.bedrock/\r\n", "{" + message + "}");
			case HEADER -> error(status, header + "\r\n", "{" + message + "}");
			case TYPE -> error(status, "", "{\"__type\":\"" + type + "\"," + message + "}");
			case NAMESPACED_TYPE ->
				error(status, "", "{" + message + ",\"__type\":\"com.amazon.bedrock#" + type + "\"}");
			case CODE -> error(status, "", "{\"code\":\"" + type + "\"," + message + "}");
			case TYPE_WITH_ADDRESS ->
				error(status, "", "{\"__type\":\"" + type + ":http://internal/\"," + message + "}");
			case HEADER_AGAINST_BODY ->
				error(status, header + "\r\n", "{\"__type\":\"ns#ConflictException\"," + message + "}");
		};
	}

	private static FakeBedrock.Answer error(int status, String headers, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		String head = "HTTP/1.1 " + status + " Fake\r\nContent-Type: application/json\r\nx-amzn-RequestId: r\r\n"
				+ headers + "Content-Length: " + bytes.length + "\r\n\r\n";
		return (exchange) -> exchange.socket(head.getBytes(StandardCharsets.US_ASCII)).socket(bytes);
	}

}
