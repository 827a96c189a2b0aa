package dev.sluice.api;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.LocalDynamo;
import dev.sluice.testing.RecordedRequest;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.StompClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Templates, guardrails, the context budget and the audit trail, through every door. */
@TestPropertySource(properties = { "sluice.guardrail.default-policy=default", "sluice.model.models.fast.id=m",
		"sluice.model.models.tiny.id=t", "sluice.model.models.tiny.context-window=400",
		"sluice.model.models.tiny.max-output-tokens=64", "sluice.prompt.template.refresh=50ms",
		"sluice.generation.log.max-events=60" })
class PromptLayerTests extends DoorTests {

	private static final String ASK = """
			{"template":{"name":"layer.ask"},"variables":{"question":"%s"}}""";

	private static final String HI_BY_WORDS = """
			{"messages":[{"role":"user","content":"hi"}],"guardrail":"layer-words"}""";

	@BeforeEach
	void makeTemplate() {
		if (this.gateway.get("/v1/templates/layer.ask").statusCode() == 404) {
			HttpResponse<String> made = this.gateway.put("/v1/templates/layer.ask", """
					{"description":"Asks","system":"You answer for {{company}}. Write to help@acme.example.",
					 "messages":[{"role":"user","content":"Question: {{question}}"}],
					 "variables":{"question":{"type":"string","required":true,"maxLength":400},
					              "company":{"type":"string","default":"ACME","trusted":true}},
					 "parameters":{"maxTokens":33}}""");
			assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
			assertThat(Gateway.json(made).path("version").asInt()).isEqualTo(1);
		}
	}

	@AfterEach
	void bringDynamoBack() {
		LocalDynamo.setDown(false);
	}

	@Test
	void everyDoorFramesTheMessagesByATemplate() throws Exception {
		String body = ASK.formatted("why?");

		JsonNode sync = Gateway.json(this.gateway.generate(body));
		List<SseClient.Event> streamed = this.gateway.stream(body).all();
		StompClient.Frame message = this.gateway.stomp()
			.generate(body.replaceFirst("}$", ",\"delivery\":\"stream\"}"))
			.next();

		assertThat(sync.path("template").toString()).isEqualTo("""
				{"name":"layer.ask","version":1}""");
		assertThat(streamed.getFirst().json().path("template")).isEqualTo(sync.path("template"));
		assertThat(message.json().path("template")).isEqualTo(sync.path("template"));
		for (int i = 0; i < 3; i++) {
			RecordedRequest asked = this.bedrock.take();
			assertThat(asked.text()).contains("You answer for ACME. Write to help@acme.example.", "Question: ", "why?",
					"\"maxTokens\":33");
		}
	}

	@Test
	void aVariableThatDoesNotFitIsNamedOnEveryDoor() throws Exception {
		String body = """
				{"template":{"name":"layer.ask"},"variables":{"qustion":"x"}}""";

		HttpResponse<String> sync = this.gateway.generate(body);
		HttpResponse<String> streamed = this.gateway.generate(body, "Accept", "text/event-stream");
		StompClient.Frame message = this.gateway.stomp().generate(body).next();

		assertThat(sync.statusCode()).isEqualTo(422);
		assertThat(streamed.statusCode()).isEqualTo(422);
		for (JsonNode problem : List.of(Gateway.json(sync), Gateway.json(streamed), message.json().path("problem"))) {
			assertThat(problem.path("code").asString()).isEqualTo("template-invalid");
			assertThat(problem.path("detail").asString()).contains("question").contains("qustion");
		}
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void anUnknownTemplateIsNotFound() {
		HttpResponse<String> response = this.gateway.generate("""
				{"template":{"name":"layer.nobody"}}""");

		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(Gateway.json(response).path("code").asString()).isEqualTo("not-found");
	}

	@Test
	void masksWhatTheCallerGivesAndNotWhatTheAuthorWrote() throws Exception {
		JsonNode answer = Gateway.json(this.gateway.generate(ASK.formatted("I am jane.doe@corp.example, call me")));

		String asked = this.bedrock.take().text();
		assertThat(asked).contains("I am {EMAIL}, call me", "help@acme.example").doesNotContain("jane.doe");
		assertThat(answer.path("guardrail").toString()).isEqualTo("""
				{"action":"masked","findings":[{"type":"EMAIL","stage":"input","action":"masked"}]}""");
	}

	@Test
	void masksAcrossDeltasOnEveryDoor() throws Exception {
		this.bedrock.answerByDefault(PromptLayerTests::cardInPieces);

		JsonNode sync = Gateway.json(this.gateway.generate(HI));
		List<SseClient.Event> streamed = this.gateway.stream(HI).all();

		assertThat(sync.path("output").path("text").asString()).isEqualTo("Card {CREDIT_DEBIT_CARD_NUMBER} is yours.");
		assertThat(textOf(streamed)).isEqualTo("Card {CREDIT_DEBIT_CARD_NUMBER} is yours.");
		assertThat(streamed).noneMatch((event) -> event.data().contains("4111") || event.data().contains("1111"));
		assertThat(streamed.getLast().json().path("guardrail")).isEqualTo(sync.path("guardrail"));
		assertThat(sync.path("guardrail").path("action").asString()).isEqualTo("masked");
	}

	@Test
	void masksToolArgumentsThatStayJson() {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.toolUse(0, "tooluse_1", "mail", "{\"to\":\"jo\\u0040corp.exa", "mple\",\"n\":1}")
			.messageStop("tool_use")
			.metadata(1, 2)
			.end());

		List<SseClient.Event> events = this.gateway.stream(HI).all();

		assertThat(events.get(1).json().path("input").toString()).isEqualTo("{\"to\":\"{EMAIL}\",\"n\":1}");
		assertThat(events.getLast().json().path("guardrail").path("findings").get(0).path("stage").asString())
			.isEqualTo("output");
	}

	@Test
	void aBlockMidStreamEndsTheCallAndSaysSo() throws Exception {
		forbidFruit();
		CountDownLatch never = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("All is well here. ")
			.delta("The forbidden ")
			.delta("fruit is red and ")
			.await(never));

		List<SseClient.Event> events = this.gateway.stream("""
				{"messages":[{"role":"user","content":"hi"}],"guardrail":"layer-words"}""").all();

		assertThat(textOf(events)).startsWith("All is well here.").endsWith("I must not say that.");
		assertThat(textOf(events)).doesNotContain("forbidden");
		assertThat(events.getLast().type()).isEqualTo("completed");
		assertThat(events.getLast().json().path("finishReason").asString()).isEqualTo("guardrail");
		assertThat(events.getLast().json().path("guardrail").path("action").asString()).isEqualTo("blocked");
		assertThat(events.getLast().json().path("usage").path("estimated").asBoolean()).isTrue();
		assertClosedAtOnce(this.bedrock.take());
		never.countDown();
	}

	@Test
	void aBlockedAnswerThatWasWaitedForShowsNothingOfIt() throws Exception {
		forbidFruit();
		this.bedrock.answer((exchange) -> exchange.json(200,
				FakeFrames.reply("Well. The f\u043erbidden  fruit is red.", "end_turn", 5, 6)));

		JsonNode answer = Gateway.json(this.gateway.generate("""
				{"messages":[{"role":"user","content":"hi"}],"guardrail":"layer-words"}"""));

		assertThat(answer.path("output").path("text").asString()).isEqualTo("I must not say that.");
		assertThat(answer.path("finishReason").asString()).isEqualTo("guardrail");
	}

	@Test
	void aBlockAtTheEndTellsWhatTheModelSaidItUsed() throws Exception {
		forbidFruit();
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("The forbidden fruit")
			.blockStop(0)
			.messageStop("end_turn")
			.metadata(5, 6)
			.end());
		this.bedrock
			.answer((exchange) -> exchange.json(200, FakeFrames.reply("The forbidden fruit", "end_turn", 5, 6)));

		JsonNode streamed = this.gateway.stream(HI_BY_WORDS).all().getLast().json();
		JsonNode sync = Gateway.json(this.gateway.generate(HI_BY_WORDS));

		for (JsonNode end : List.of(streamed, sync)) {
			assertThat(end.path("finishReason").asString()).isEqualTo("guardrail");
			assertThat(end.path("usage").toString()).isEqualTo("""
					{"inputTokens":5,"outputTokens":6,"cacheReadTokens":0,"cacheWriteTokens":0,\
					"cost":{"amount":"0.000035","currency":"USD"}}""");
		}
	}

	@Test
	void aBlockThatTheLogHasNoRoomForEndsTheGenerationToo() throws Exception {
		forbidFruit();
		for (int deltas = 50; deltas < 64; deltas++) {
			int before = deltas;
			this.bedrock.answer((exchange) -> {
				exchange.startStream().messageStart();
				for (int i = 0; i < before; i++) {
					exchange.delta("Well, well. ");
				}
				exchange.delta("The forbidden fruit is red.").blockStop(0);
				exchange.messageStop("end_turn").metadata(5, 6).end();
			});

			SseClient.Event last = this.gateway.stream(HI_BY_WORDS).all().getLast();

			assertThat(last.type()).as("after %d", before).isIn("completed", "failed");
			assertThat(last.json().path("guardrail").path("action").asString()).as("after %d", before)
				.isIn("blocked", "");
		}
	}

	@Test
	void twoBlocksOfTextAreOneTextOnEveryDoor() throws Exception {
		this.bedrock.answer((exchange) -> exchange.json(200, """
				{"output":{"message":{"role":"assistant","content":[{"text":"Card 4111 1111 "},
				{"text":"1111 1111 is yours."}]}},"stopReason":"end_turn",
				"usage":{"inputTokens":5,"outputTokens":6,"totalTokens":11},"metrics":{"latencyMs":1}}"""));
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta(0, "{\"text\":\"Card 4111 1111 \"}")
			.blockStop(0)
			.delta(1, "{\"text\":\"1111 1111 is yours.\"}")
			.blockStop(1)
			.messageStop("end_turn")
			.metadata(5, 6)
			.end());

		JsonNode sync = Gateway.json(this.gateway.generate(HI));
		List<SseClient.Event> streamed = this.gateway.stream(HI).all();

		assertThat(sync.path("output").path("text").asString()).isEqualTo("Card {CREDIT_DEBIT_CARD_NUMBER} is yours.");
		assertThat(textOf(streamed)).isEqualTo("Card {CREDIT_DEBIT_CARD_NUMBER} is yours.");
	}

	@Test
	void aFailureTellsWhatWasFound() throws Exception {
		this.bedrock.answerByDefault((exchange) -> exchange.startStream()
			.messageStart()
			.delta("Write to ann@corp.example, then ")
			.exception("modelStreamErrorException", "no")
			.end());

		SseClient.Event failed = this.gateway.stream(HI).all().getLast();
		StompClient.Frame message = this.gateway.stomp().generate(HI).untilEnd().getLast();

		assertThat(failed.type()).isEqualTo("failed");
		assertThat(failed.json().path("guardrail").path("action").asString()).isEqualTo("masked");
		assertThat(message.json().path("guardrail").path("action").asString()).isEqualTo("masked");
		String id = newestGeneration();
		assertThat(Gateway.json(this.gateway.get("/v1/generations/" + id)).path("guardrail").path("action").asString())
			.isEqualTo("masked");
	}

	@Test
	void keepsNoRestoredTextForTheAudit() throws Exception {
		put("/v1/guardrails/layer-kept", """
				{"pii":{"EMAIL":"mask"},"reversible":true,"audit":{"text":true},
				 "words":[{"text":"forbidden fruit","action":"block"}],"messages":{"output":"I must not."}}""");
		put("/v1/templates/layer.kept", """
				{"description":"Keeps","messages":[{"role":"user","content":"{{question}}"}],"guardrail":"layer-kept",
				 "variables":{"question":{"type":"string","required":true}}}""");
		String body = """
				{"template":{"name":"layer.kept"},"variables":{"question":"I am jim@corp.example, who are you?"}}""";
		for (String answer : List.of("You are {EMAIL_1} and I am not {EMAIL_1}.",
				"You are {EMAIL_1} and like the forbidden fruit, {EMAIL_1}.")) {
			this.bedrock.answer((exchange) -> exchange.json(200, FakeFrames.reply(answer, "end_turn", 5, 6)));
			this.bedrock.answer((exchange) -> {
				exchange.startStream().messageStart();
				for (String piece : answer.split("(?= )")) {
					exchange.delta(piece);
				}
				exchange.blockStop(0).messageStop("end_turn").metadata(5, 6).end();
			});
		}

		assertThat(Gateway.json(this.gateway.generate(body)).path("output").path("text").asString())
			.isEqualTo("You are jim@corp.example and I am not jim@corp.example.");
		assertThat(keptOutput()).isEqualTo("You are {EMAIL_1} and I am not {EMAIL_1}.");
		assertThat(textOf(this.gateway.stream(body).all()))
			.isEqualTo("You are jim@corp.example and I am not jim@corp.example.");
		assertThat(keptOutput()).isEqualTo("You are {EMAIL_1} and I am not {EMAIL_1}.");
		assertThat(Gateway.json(this.gateway.generate(body)).path("output").path("text").asString())
			.isEqualTo("I must not.");
		assertThat(keptOutput()).isEqualTo("I must not.");
		assertThat(textOf(this.gateway.stream(body).all())).contains("jim@corp.example").endsWith("I must not.");
		assertThat(keptOutput()).startsWith("You are {EMAIL_1} and like").endsWith("I must not.");
	}

	@Test
	void looksAtDocumentsAndTheirNames() throws Exception {
		String data = Base64.getEncoder().encodeToString("I am jane@corp.example".getBytes(StandardCharsets.UTF_16));

		this.gateway.generate("""
				{"messages":[{"role":"user","content":[{"type":"text","text":"read"},{"type":"document",
				"format":"txt","name":"Card 4111 1111 1111 1111","data":"%s"}]}]}""".formatted(data));

		JsonNode document = JsonMapper.shared().readTree(this.bedrock.take().text()).findValue("document");
		assertThat(document.path("name").asString()).isEqualTo("Card (CREDIT DEBIT CARD NUMBER)");
		assertThat(
				new String(Base64.getDecoder().decode(document.findValue("bytes").asString()), StandardCharsets.UTF_8))
			.isEqualTo("I am {EMAIL}");
	}

	@Test
	void aGuardrailThatIsSlowTakesNoLongerThanTheRequestHas() throws Exception {
		put("/v1/guardrails/layer-slow", """
				{"bedrock":{"identifier":"abc123","version":"1"},"onFailure":"open"}""");
		this.bedrock.answerGuardrailsByDefault((exchange) -> exchange.hang());
		long start = System.nanoTime();

		HttpResponse<String> response = this.gateway.generate("""
				{"guardrail":"layer-slow","messages":[{"role":"user","content":"hi"}]}""", "Prefer", "wait=1");

		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(Gateway.json(response).path("code").asString()).isEqualTo("guardrail-unavailable");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2500));
		assertThat(this.bedrock.requests()).allMatch(RecordedRequest::guardrail);
	}

	@Test
	void aBlockedInputAsksNoModel() throws Exception {
		put("/v1/guardrails/layer-input", """
				{"words":[{"text":"project zeus","action":"block"}],"messages":{"input":"Not about that."}}""");
		String body = """
				{"messages":[{"role":"user","content":"What is Project  Z\u200beus?"}],"guardrail":"layer-input"}""";

		HttpResponse<String> sync = this.gateway.generate(body);
		List<SseClient.Event> streamed = this.gateway.stream(body).all();

		assertThat(sync.statusCode()).isEqualTo(200);
		assertThat(Gateway.json(sync).path("output").path("text").asString()).isEqualTo("Not about that.");
		assertThat(Gateway.json(sync).path("finishReason").asString()).isEqualTo("guardrail");
		assertThat(Gateway.json(sync).path("usage").path("inputTokens").asInt()).isZero();
		assertThat(streamed).extracting(SseClient.Event::type).containsExactly("started", "delta", "completed");
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void trimsTheOldestTurnsAndSaysSo() throws Exception {
		StringBuilder turns = new StringBuilder();
		for (int i = 0; i < 30; i++) {
			turns.append("""
					{"role":"user","content":"question number %d about the weather"},
					{"role":"assistant","content":"answer number %d is that it rains"},""".formatted(i, i));
		}
		String body = "{\"model\":\"tiny\",\"messages\":[" + turns
				+ "{\"role\":\"user\",\"content\":\"the last one\"}]}";

		List<SseClient.Event> events = this.gateway.stream(body).all();

		String asked = this.bedrock.take().text();
		assertThat(events.getFirst().json().path("context").path("trimmedMessages").asInt()).isPositive().isEven();
		assertThat(asked).contains("the last one", "number 29").doesNotContain("number 0 ");
	}

	@Test
	void refusesWhatNeverFits() {
		HttpResponse<String> response = this.gateway.generate("""
				{"model":"tiny","messages":[{"role":"user","content":"%s"}]}""".formatted("many words ".repeat(600)));

		assertThat(response.statusCode()).isEqualTo(422);
		assertThat(Gateway.json(response).path("code").asString()).isEqualTo("context-too-long");
	}

	@Test
	void rendersWithoutAsking() {
		HttpResponse<String> response = this.gateway.post("/v1/templates/layer.ask/render", """
				{"variables":{"question":"is bob@corp.example right?"},
				 "messages":[{"role":"assistant","content":"Go on."},{"role":"user","content":"please"}]}""");

		JsonNode preview = Gateway.json(response);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(preview.path("version").asInt()).isEqualTo(1);
		assertThat(preview.path("system").asString()).startsWith("You answer for ACME.");
		assertThat(preview.path("messages")).hasSize(3);
		assertThat(preview.path("messages").get(0).path("content").asString()).contains("{EMAIL}");
		assertThat(preview.path("estimatedTokens").asInt()).isBetween(10, 300);
		assertThat(preview.path("guardrail").path("action").asString()).isEqualTo("masked");
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void everyGenerationAndChangeIsRecorded() {
		JsonNode answer = Gateway.json(this.gateway.generate(ASK.formatted("who is jim@corp.example?")));
		String id = answer.path("id").asString();

		await().untilAsserted(() -> {
			JsonNode records = Gateway.json(this.gateway.get("/v1/audit?template=layer.ask&limit=200")).path("items");
			JsonNode record = records.valueStream()
				.filter((item) -> item.path("generationId").asString().equals(id))
				.findFirst()
				.orElseThrow(() -> new AssertionError(records.toString()));
			assertThat(record.toString()).doesNotContain("jim");
			assertThat(record.path("model").asString()).isEqualTo("fast");
			assertThat(record.path("door").asString()).isEqualTo("rest");
			assertThat(record.path("finishReason").asString()).isEqualTo("end_turn");
			assertThat(record.path("guardrail").path("findings").get(0).path("type").asString()).isEqualTo("EMAIL");
			assertThat(this.gateway.get("/v1/audit?limit=200").body()).contains("\"created\"");
		});
		assertThat(Gateway.json(this.gateway.get("/v1/audit/verification")).path("intact").asBoolean()).isTrue();
	}

	@Test
	void answersOnWithoutDynamoAndRecordsAllOfItLater() {
		this.gateway.generate(ASK.formatted("before"));
		LocalDynamo.setDown(true);

		List<String> ids = java.util.stream.IntStream.range(0, 40)
			.mapToObj((i) -> this.gateway.generate(ASK.formatted("while it is away " + i)))
			.peek((response) -> assertThat(response.statusCode()).isEqualTo(200))
			.map((response) -> Gateway.json(response).path("id").asString())
			.toList();
		HttpResponse<String> unread = this.gateway.generate("""
				{"template":{"name":"layer.never-read"}}""");
		HttpResponse<String> health = this.gateway.get("/actuator/health");
		LocalDynamo.setDown(false);

		assertThat(unread.statusCode()).isEqualTo(503);
		assertThat(Gateway.json(unread).path("code").asString()).isEqualTo("store-unavailable");
		assertThat(health.statusCode()).isEqualTo(200);
		assertThat(Gateway.json(health).path("status").asString()).isEqualTo("UP");
		assertThat(Gateway.json(health).at("/components/templates/status").asString()).isEqualTo("DEGRADED");
		assertThat(Gateway.json(health).at("/components/templates/details/staleSince").asString()).isNotEmpty();
		await().untilAsserted(() -> {
			String records = this.gateway.get("/v1/audit?limit=200").body();
			assertThat(ids).allMatch(records::contains);
		});
		assertThat(Gateway.json(this.gateway.get("/v1/audit/verification")).path("intact").asBoolean()).isTrue();
	}

	private void forbidFruit() {
		put("/v1/guardrails/layer-words",
				"""
						{"words":[{"text":"forbidden fruit","action":"block"}],"messages":{"output":"I must not say that."}}""");
	}

	/** The text of the newest answer in the audit trail; waits for it. */
	private String keptOutput() {
		String id = newestGeneration();
		return await().until(() -> {
			JsonNode records = Gateway.json(this.gateway.get("/v1/audit?limit=200")).path("items");
			String record = records.valueStream()
				.filter((item) -> item.path("generationId").asString().equals(id))
				.map((item) -> item.path("id").asString())
				.findFirst()
				.orElse("none");
			return Gateway.json(this.gateway.get("/v1/audit/" + record)).path("texts").path("output").asString("");
		}, (text) -> !text.isEmpty());
	}

	private void put(String path, String body) {
		HttpResponse<String> response = this.gateway.put(path, body);
		assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
	}

	private static String textOf(List<SseClient.Event> events) {
		return events.stream()
			.filter((event) -> "delta".equals(event.type()))
			.map((event) -> event.json().path("text").asString())
			.collect(Collectors.joining());
	}

	private static void cardInPieces(FakeExchange exchange) {
		if (!exchange.request().streaming()) {
			exchange.json(200, FakeFrames.reply("Card 4111 1111 1111 1111 is yours.", "end_turn", 5, 6));
			return;
		}
		exchange.startStream().messageStart();
		for (String piece : List.of("Card 4", "111 11", "11 1111 1", "111", " is", " yours.")) {
			exchange.delta(piece);
		}
		exchange.blockStop(0).messageStop("end_turn").metadata(5, 6).end();
	}

}
