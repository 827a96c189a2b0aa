package dev.sluice.model.bedrock;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.model.message.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ConverseRequestWriterTests {

	private static final JsonMapper JSON = new JsonMapper();

	@Test
	void writesOnlyWhatIsSet() {
		assertWrites(new ModelRequest("m", null, List.of(Message.user("Hi \"you\" ✓")), Parameters.DEFAULTS, Map.of()),
				"""
						{"messages": [{"role": "user", "content": [{"text": "Hi \\"you\\" ✓"}]}]}
						""");
		assertWrites(new ModelRequest("m", "", List.of(), new Parameters(1, null, null, List.of()), Map.of()), """
				{"inferenceConfig": {"maxTokens": 1}, "messages": []}
				""");
	}

	@Test
	void writesEveryKindOfPart() {
		List<ContentPart> user = List.of(new ContentPart.Text("Look"), new ContentPart.Image("png", "iVBORw=="),
				new ContentPart.Document("pdf", "report", "JVBERg=="));
		List<ContentPart> assistant = List.of(new ContentPart.Reasoning("Hm", "sig=="),
				new ContentPart.Reasoning("Hm", null), new ContentPart.RedactedReasoning("AAAA"),
				new ContentPart.Text("Paris"), new ContentPart.Citation("{\"title\":\"t\"}"),
				new ContentPart.ToolUse("t1", "weather", "{\"city\": [\"Paris\", 1.50]}"),
				new ContentPart.ToolUse("t2", "weather", "{\"city\": "),
				new ContentPart.Other("guardContent", "{\"text\":{\"text\":\"x\"}}"));

		assertWrites(
				new ModelRequest("m", "Be brief",
						List.of(new Message(Role.USER, user), new Message(Role.ASSISTANT, assistant)),
						new Parameters(5, 0.2, 0.9, List.of("END")), Map.of("team", "support")),
				"""
						{"system": [{"text": "Be brief"}],
						 "inferenceConfig": {"maxTokens": 5, "temperature": 0.2, "topP": 0.9, "stopSequences": ["END"]},
						 "requestMetadata": {"team": "support"},
						 "messages": [
						  {"role": "user", "content": [
						    {"text": "Look"},
						    {"image": {"format": "png", "source": {"bytes": "iVBORw=="}}},
						    {"document": {"format": "pdf", "name": "report", "source": {"bytes": "JVBERg=="}}}]},
						  {"role": "assistant", "content": [
						    {"reasoningContent": {"reasoningText": {"text": "Hm", "signature": "sig=="}}},
						    {"reasoningContent": {"reasoningText": {"text": "Hm"}}},
						    {"reasoningContent": {"redactedContent": "AAAA"}},
						    {"text": "Paris"},
						    {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": ["Paris", 1.50]}}},
						    {"toolUse": {"toolUseId": "t2", "name": "weather", "input": "{\\"city\\": "}},
						    {"guardContent": {"text": {"text": "x"}}}]}]}
						""");
	}

	@Test
	void writesCachePointsBehindWhatStaysTheSame() {
		List<Message> messages = List.of(Message.user("Hi"),
				new Message(Role.ASSISTANT, List.of(new ContentPart.Text("Hello"), new ContentPart.Text("you"))),
				Message.user("Bye"));

		assertWrites(new ModelRequest("m", "Be brief", messages, Parameters.DEFAULTS, Map.of(),
				new CachePoints(true, Set.of(1)), null), """
						{"system": [{"text": "Be brief"}, {"cachePoint": {"type": "default"}}],
						 "messages": [
						  {"role": "user", "content": [{"text": "Hi"}]},
						  {"role": "assistant", "content": [
						    {"text": "Hello"}, {"text": "you"}, {"cachePoint": {"type": "default"}}]},
						  {"role": "user", "content": [{"text": "Bye"}]}]}
						""");
	}

	@Test
	void writesNoCachePointBehindNothing() {
		assertWrites(new ModelRequest("m", "", List.of(Message.user("Hi")), Parameters.DEFAULTS, Map.of(),
				new CachePoints(true, Set.of(3)), null), """
						{"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
						""");
	}

	@Test
	void tellsOnlyAStreamHowItsGuardrailRuns() {
		String arn = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123";
		ModelRequest sync = guarded(new ProviderGuardrail(arn, "7", false));
		ModelRequest async = guarded(new ProviderGuardrail("abc123", "DRAFT", true));

		assertThat(written(sync, false)).isEqualTo(written(guarded(new ProviderGuardrail(arn, "7", true)), false))
			.isEqualTo(JSON.readTree("""
					{"guardrailConfig": {"guardrailIdentifier":
					  "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123",
					  "guardrailVersion": "7", "trace": "enabled"},
					 "messages": [{"role": "user", "content": [{"text": "hi"}]}],
					 "system": [{"text": "Be brief"}]}
					"""));
		assertThat(written(sync, true).get("guardrailConfig")).isEqualTo(JSON.readTree("""
				{"guardrailIdentifier": "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123",
				 "guardrailVersion": "7", "streamProcessingMode": "sync", "trace": "enabled"}
				"""));
		assertThat(written(async, true).get("guardrailConfig")).isEqualTo(JSON.readTree("""
				{"guardrailIdentifier": "abc123", "guardrailVersion": "DRAFT",
				 "streamProcessingMode": "async", "trace": "enabled"}
				"""));
	}

	private static ModelRequest guarded(ProviderGuardrail guardrail) {
		return new ModelRequest("m", "Be brief", List.of(Message.user("hi")), Parameters.DEFAULTS, Map.of(),
				CachePoints.NONE, guardrail);
	}

	private static void assertWrites(ModelRequest request, String expected) {
		assertThat(written(request, false)).isEqualTo(written(request, true)).isEqualTo(JSON.readTree(expected));
	}

	private static JsonNode written(ModelRequest request, boolean streaming) {
		return JSON.readTree(ConverseRequestWriter.write(request, streaming));
	}

}
