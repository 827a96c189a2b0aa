package dev.sluice.orchestration.conversation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.testing.StrictConverse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static dev.sluice.orchestration.conversation.TestConversations.texts;
import static org.assertj.core.api.Assertions.assertThat;

/** What a model is sent of what was stored. */
class HistoryTests {

	private static final JsonMapper JSON = new JsonMapper();

	@Test
	void sendsCallsWithTheirResults() {
		History history = of(user(text("q")), assistant(text("let me see"), call("t1"), call("t2")),
				user(result("t1"), result("t2")), assistant(text("a")));

		assertThat(texts(history.messages())).containsExactly("user: q", "assistant: let me see + call t1 + call t2",
				"user: toolResult + toolResult", "assistant: a");
	}

	@Test
	void leavesOutCallsThatNobodyAnswered() {
		History history = of(user(text("q")), assistant(text("let me see"), call("t1"), call("t2")),
				user(result("t2"), text("well?")), assistant(call("t3")), user(text("hello?")), assistant(text("yes")),
				user(text("go")), assistant(call("t4")));

		assertThat(texts(history.messages())).containsExactly("user: q", "assistant: let me see + call t2",
				"user: toolResult + well? + hello?", "assistant: yes");
		assertThat(history.sequences()).containsExactly(1L, 2L, 5L, 6L);
	}

	@Test
	void leavesOutResultsWhoseCallIsGone() {
		History history = of(assistant(call("t1")), user(result("t1")), assistant(text("a")), user(text("q")),
				assistant(text("b")), user(result("t9"), text("and")), assistant(text("c")));

		assertThat(texts(history.messages())).containsExactly("user: q", "assistant: b", "user: and", "assistant: c");
	}

	@Test
	void leavesOutACallWhoseResultWasNeverAnswered() {
		assertThat(of(user(text("q")), assistant(call("t1")), user(result("t1")), assistant(call("t2"))).messages())
			.isEmpty();
		assertThat(
				texts(of(user(text("q")), assistant(text("hm"), call("t1")), user(result("t1")), assistant(call("t2")))
					.messages()))
			.containsExactly("user: q", "assistant: hm");
	}

	@Test
	void doesNotSendWhatOnlyConcernsTheReader() {
		History history = of(
				user(text("q"), new ContentPart.Image("png", "AAAA"), new ContentPart.Other("video", "{}")),
				assistant(new ContentPart.Reasoning("hm", "s"), text("a"), new ContentPart.Citation("{}"),
						new ContentPart.Image("png", "AAAA"), new ContentPart.RedactedReasoning("A"), text(" ")));

		assertThat(texts(history.messages())).containsExactly("user: q + Image", "assistant: a");
	}

	@Test
	void isTakenByAModelWhateverWasStored() {
		Random random = new Random(7);
		for (int i = 0; i < 20_000; i++) {
			List<Message> stored = Stream.generate(() -> message(random)).limit(random.nextInt(12)).toList();

			History history = of(stored.toArray(Message[]::new));

			if (!history.messages().isEmpty()) {
				List<Message> prompt = new ArrayList<>(history.messages());
				prompt.add(user(text("next")));
				StrictConverse.check(converse(prompt));
				assertThat(history.messages().getLast().role()).isEqualTo(Role.ASSISTANT);
				assertThat(history.sequences()).isSorted().hasSameSizeAs(history.messages());
			}
		}
	}

	private static Message message(Random random) {
		List<ContentPart> parts = Stream.generate(() -> switch (random.nextInt(6)) {
			case 0, 1 -> result("t" + random.nextInt(3));
			case 2, 3 -> call("t" + random.nextInt(3));
			case 4 -> text("words");
			default -> new ContentPart.Reasoning("hm", null);
		}).limit(1 + random.nextInt(3)).toList();
		return new Message(random.nextBoolean() ? Role.USER : Role.ASSISTANT, parts);
	}

	private static ArrayNode converse(List<Message> messages) {
		ArrayNode array = JSON.createArrayNode();
		messages.forEach((message) -> {
			ObjectNode node = array.addObject().put("role", (message.role() == Role.USER) ? "user" : "assistant");
			ArrayNode content = node.putArray("content");
			message.content().forEach((part) -> {
				switch (part) {
					case ContentPart.Text(String text) -> content.addObject().put("text", text);
					case ContentPart.ToolUse(String id, var _, var _) ->
						content.addObject().putObject("toolUse").put("toolUseId", id);
					case ContentPart.Other(String kind, String json) ->
						content.addObject().set(kind, JSON.readTree(json));
					default -> content.addObject().put("unexpected", true).put("part", part.toString());
				}
			});
		});
		return array;
	}

	private static History of(Message... messages) {
		List<StoredMessage> stored = new ArrayList<>();
		for (Message message : messages) {
			stored.add(new StoredMessage(stored.size() + 1, message, "gen_1", null, false, Instant.EPOCH));
		}
		return History.of(stored);
	}

	private static Message user(ContentPart... parts) {
		return new Message(Role.USER, List.of(parts));
	}

	private static Message assistant(ContentPart... parts) {
		return new Message(Role.ASSISTANT, List.of(parts));
	}

	private static ContentPart text(String text) {
		return new ContentPart.Text(text);
	}

	private static ContentPart call(String id) {
		return new ContentPart.ToolUse(id, "search", "{}");
	}

	private static ContentPart result(String id) {
		return new ContentPart.Other("toolResult", "{\"toolUseId\":\"%s\",\"content\":[]}".formatted(id));
	}

}
