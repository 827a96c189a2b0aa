package dev.sluice.testing;

import java.util.HashSet;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Refuses what Bedrock refuses of the messages of Converse. */
public final class StrictConverse {

	private static final JsonMapper JSON = new JsonMapper();

	private StrictConverse() {
	}

	/**
	 * Looks at the body of a request.
	 * @throws AssertionError if Bedrock would answer with a ValidationException
	 */
	public static JsonNode check(RecordedRequest request) {
		JsonNode body = JSON.readTree(request.body());
		check(body.path("messages"));
		return body;
	}

	/** Looks at messages as Converse takes them. */
	public static void check(JsonNode messages) {
		require(messages.isArray() && !messages.isEmpty(), "There are no messages", messages);
		String expected = "user";
		Set<String> calls = new HashSet<>();
		for (JsonNode message : messages) {
			require(message.path("role").asString("").equals(expected), "The roles must alternate from the user",
					messages);
			require(!message.path("content").isEmpty(), "The content of a message is empty", message);
			Set<String> next = new HashSet<>();
			Set<String> results = new HashSet<>();
			for (JsonNode block : message.path("content")) {
				require(block.size() == 1, "A block has exactly one member", block);
				if (block.has("text")) {
					require(!block.path("text").asString("").isBlank(), "The text of a block is blank", block);
				}
				if (block.has("toolUse")) {
					require(expected.equals("assistant"), "Only the assistant calls tools", block);
					require(next.add(block.path("toolUse").path("toolUseId").asString("")), "Two calls have one id",
							block);
				}
				if (block.has("toolResult")) {
					require(expected.equals("user"), "Only the user has results of tools", block);
					require(results.add(block.path("toolResult").path("toolUseId").asString("")),
							"Two results have one id", block);
				}
				require(!block.has("image") && !block.has("document") || expected.equals("user"),
						"Only the user shows images and documents", block);
			}
			require(results.equals(calls), "Every call must have its result in the next message", messages);
			calls = next;
			expected = expected.equals("user") ? "assistant" : "user";
		}
		require(calls.isEmpty(), "A call has no result", messages);
		require(expected.equals("assistant"), "The last message must be the user's", messages);
	}

	private static void require(boolean fits, String detail, JsonNode where) {
		if (!fits) {
			throw new AssertionError(
					detail + ": " + where.toString().substring(0, Math.min(500, where.toString().length())));
		}
	}

}
