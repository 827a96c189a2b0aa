package dev.sluice.api.rest;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.sluice.api.DoorTests;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.HttpSocket;
import dev.sluice.testing.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RestDoorTests extends DoorTests {

	@Test
	void answersWithTheFinishedGeneration() {
		HttpResponse<String> response = this.gateway.generate(HI);

		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.headers().firstValue("X-Trace-Id").orElseThrow()).matches("[0-9a-f]{32}");
		assertThat(Gateway.masked(response.body())).isEqualTo("""
				{"id":"gen_ID","status":"completed","model":"fast","output":{"role":"assistant",\
				"content":[{"type":"text","text":"%1$s"}],"text":"%1$s"},"finishReason":"end_turn",\
				"usage":{"inputTokens":11,"outputTokens":8,"cacheReadTokens":0,"cacheWriteTokens":0,\
				"cost":{"amount":"0.000051","currency":"USD"}},\
				"guardrail":{"action":"none","findings":[]},"createdAt":"TIME","completedAt":"TIME"}\
				""".formatted(FakeBedrock.text(8)));
		assertThat(Gateway.json(this.gateway.get("/v1/generations/" + Gateway.json(response).path("id").asString())))
			.isEqualTo(Gateway.json(response));
	}

	@Test
	void tellsBedrockWhatWasAsked() throws Exception {
		this.gateway.generate("""
				{"system":"Be brief.","model":"smart","metadata":{"team":"support"},
				 "messages":[{"role":"user","content":[{"type":"text","text":"hi 👋"}]}],
				 "parameters":{"maxTokens":512,"temperature":0.2,"topP":0.9,"stopSequences":["END"]}}""");

		RecordedRequest request = this.bedrock.take();
		assertThat(request.path()).isEqualTo("/model/global.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
		assertThat(request.text()).isEqualTo("""
				{"inferenceConfig":{"maxTokens":512,"stopSequences":["END"],"temperature":0.2,"topP":0.9},\
				"messages":[{"content":[{"text":"hi 👋"}],"role":"user"}],\
				"requestMetadata":{"team":"support"},"system":[{"text":"Be brief."}]}""");
	}

	@ParameterizedTest
	@CsvSource({ "end_turn, end_turn, none", "max_tokens, max_tokens, none", "stop_sequence, stop_sequence, none",
			"tool_use, tool_use, none", "content_filtered, content_filtered, none",
			"guardrail_intervened, guardrail, blocked", "model_context_window_exceeded, context_window_exceeded, none",
			"malformed_model_output, malformed_output, none" })
	void tellsWhyTheModelStopped(String stopReason, String finishReason, String action) {
		this.bedrock.answer((exchange) -> exchange.json(200, FakeFrames.reply("x", stopReason, 3, 1)));
		this.bedrock.answer(
				(exchange) -> exchange.startStream().messageStart().delta("x").messageStop(stopReason).metadata(3, 1));

		JsonNode sync = Gateway.json(this.gateway.generate(HI));
		JsonNode streamed = this.gateway.stream(HI).all().getLast().json();

		assertThat(sync.path("finishReason").asString()).isEqualTo(finishReason);
		assertThat(sync.path("guardrail").path("action").asString()).isEqualTo(action);
		assertThat(streamed.path("finishReason")).isEqualTo(sync.path("finishReason"));
		assertThat(streamed.path("guardrail")).isEqualTo(sync.path("guardrail"));
	}

	@Test
	void givesAReceiptToWhoPrefersIt() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.await(go)
			.delta("x")
			.messageStop("end_turn")
			.metadata(1, 1));

		HttpResponse<String> receipt = this.gateway.generate(HI, "Prefer", "respond-async");
		String id = Gateway.json(receipt).path("id").asString();
		String running = this.gateway.get("/v1/generations/" + id).body();
		go.countDown();

		assertThat(receipt.statusCode()).isEqualTo(202);
		assertThat(receipt.headers().firstValue("Location")).contains("/v1/generations/" + id);
		assertThat(receipt.headers().firstValue("Preference-Applied")).contains("respond-async");
		assertThat(Gateway.masked(receipt.body())).isEqualTo("""
				{"id":"gen_ID","status":"running","model":"fast","createdAt":"TIME"}""");
		assertThat(running).isEqualTo(receipt.body());
		JsonNode answer = awaitEnd(id);
		assertThat(answer.path("status").asString()).isEqualTo("completed");
		assertThat(answer.path("output").path("text").asString()).isEqualTo("x");
		assertThat(answer.path("createdAt")).isEqualTo(Gateway.json(receipt).path("createdAt"));
	}

	@Test
	void givesAReceiptAfterTheTimeThatTheCallerWouldWait() {
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 8; i++) {
				exchange.delta("w" + i).pause(Duration.ofMillis(300));
			}
			exchange.messageStop("end_turn").metadata(11, 8);
		});

		long start = System.nanoTime();
		HttpResponse<String> receipt = this.gateway.generate(HI, "Prefer", "respond-async, wait=1");
		Duration waited = Duration.ofNanos(System.nanoTime() - start);

		assertThat(receipt.statusCode()).isEqualTo(202);
		assertThat(receipt.headers().firstValue("Preference-Applied")).contains("respond-async, wait=1");
		assertThat(waited).isBetween(Duration.ofMillis(1000), Duration.ofMillis(1800));
		JsonNode partial = Gateway.json(receipt);
		assertThat(partial.path("status").asString()).isEqualTo("running");
		assertThat(partial.path("output").path("text").asString()).startsWith("w0w1");
		assertThat(partial.has("usage")).isFalse();
		JsonNode answer = awaitEnd(partial.path("id").asString());
		assertThat(answer.path("status").asString()).isEqualTo("completed");
		assertThat(answer.path("output").path("text").asString()).isEqualTo("w0w1w2w3w4w5w6w7");
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "respond-async, wait=10", "wait=10, respond-async", "respond-async; x=y,wait=\"10\"",
			"RESPOND-ASYNC, Wait=10, handling=strict" })
	void answersAtOnceIfItIsDoneInTime(String preference) {
		HttpResponse<String> response = this.gateway.generate(HI, "Prefer", preference);

		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Preference-Applied")).contains("respond-async, wait=10");
		assertThat(Gateway.json(response).path("output").path("text").asString()).isEqualTo(FakeBedrock.text(8));
	}

	@Test
	void tellsFailureInTimeAsAProblem() {
		this.bedrock.answer((exchange) -> exchange.error(400, "ValidationException", "secret detail"));

		HttpResponse<String> response = this.gateway.generate(HI, "Prefer", "respond-async, wait=10");

		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(Gateway.masked(response.body())).isEqualTo(
				"""
						{"type":"urn:sluice:problem:model-failed","title":"The model failed","status":502,"code":"model-failed",\
						"detail":"The model does not accept this request","generationId":"gen_ID","traceId":"TRACE"}""");
		assertThat(Gateway.json(response).path("traceId").asString())
			.isEqualTo(response.headers().firstValue("X-Trace-Id").orElseThrow());
	}

	@Test
	void takesTheTraceOfTheCaller() {
		HttpResponse<String> response = this.gateway.get("/v1/generations/none", "traceparent",
				"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

		assertThat(response.headers().firstValue("X-Trace-Id")).contains("0af7651916cd43dd8448eb211c80319c");
		assertThat(Gateway.json(response).path("traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
	}

	@Test
	void knowsOnlyGenerationsThatExist() {
		HttpResponse<String> read = this.gateway.get("/v1/generations/gen_00000000000000000000000000");
		HttpResponse<String> deleted = this.gateway.delete("/v1/generations/gen_00000000000000000000000000");
		HttpResponse<String> followed = this.gateway.get("/v1/generations/gen_00000000000000000000000000/events",
				"Accept", "text/event-stream");

		for (HttpResponse<String> response : List.of(read, deleted, followed)) {
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(Gateway.masked(response.body())).isEqualTo("""
					{"type":"urn:sluice:problem:not-found","title":"There is no such thing","status":404,\
					"code":"not-found","detail":"There is no such generation","traceId":"TRACE"}""");
		}
	}

	@Test
	void refusesAnUnknownModel() {
		HttpResponse<String> response = this.gateway.generate("""
				{"messages":[{"role":"user","content":"hi"}],"model":"anthropic.claude-3"}""");

		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(Gateway.masked(response.body())).isEqualTo("""
				{"type":"urn:sluice:problem:invalid-request","title":"The request does not fit","status":400,\
				"code":"invalid-request","detail":"model must be one of fast, smart","field":"model",\
				"traceId":"TRACE"}""");
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void stopsAGenerationThatIsDeleted() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("Hel").delta("lo").hang());
		String id = this.gateway.begin(HI);
		RecordedRequest upstream = this.bedrock.take();
		await().until(() -> this.gateway.generation(id).path("output").path("text").asString("").equals("Hello"));

		HttpResponse<String> response = this.gateway.delete("/v1/generations/" + id);

		assertClosedAtOnce(upstream);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Gateway.masked(response.body())).isEqualTo("""
				{"id":"gen_ID","status":"cancelled","model":"fast","output":{"role":"assistant",\
				"content":[{"type":"text","text":"Hello"}],"text":"Hello"},\
				"usage":{"inputTokens":1,"outputTokens":2,"cacheReadTokens":0,"cacheWriteTokens":0,"estimated":true,\
				"cost":{"amount":"0.000011","currency":"USD"}},\
				"createdAt":"TIME","completedAt":"TIME"}""");
		assertThat(this.gateway.get("/v1/generations/" + id).body()).isEqualTo(response.body());
	}

	@Test
	void leavesAGenerationAsItEndedWhenItIsDeletedLater() {
		HttpResponse<String> response = this.gateway.generate(HI);

		HttpResponse<String> deleted = this.gateway
			.delete("/v1/generations/" + Gateway.json(response).path("id").asString());

		assertThat(deleted.statusCode()).isEqualTo(200);
		assertThat(deleted.body()).isEqualTo(response.body());
	}

	@Test
	void stopsASynchronousAnswerThatIsDeleted() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		CompletableFuture<HttpResponse<String>> answer = CompletableFuture
			.supplyAsync(() -> this.gateway.generate(HI, "Prefer", "wait=10"), Thread::startVirtualThread);
		RecordedRequest upstream = this.bedrock.take();

		HttpResponse<String> deleted = this.gateway.delete("/v1/generations/" + runningGeneration());

		assertClosedAtOnce(upstream);
		assertThat(Gateway.json(deleted).path("status").asString()).isEqualTo("cancelled");
		assertThat(answer.get().statusCode()).isEqualTo(200);
		assertThat(answer.get().body()).isEqualTo(deleted.body());
	}

	@Test
	void endsASynchronousCallAtItsDeadline() throws Exception {
		this.bedrock.answer(FakeExchange::hang);

		long start = System.nanoTime();
		HttpResponse<String> response = this.gateway.generate(HI);
		Duration waited = Duration.ofNanos(System.nanoTime() - start);

		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(Gateway.json(response).path("code").asString()).isEqualTo("deadline-exceeded");
		assertThat(waited).isBetween(Duration.ofMillis(2000), Duration.ofMillis(2800));
		assertClosedAtOnce(this.bedrock.take());
		assertThat(this.gateway.generation(Gateway.json(response).path("generationId").asString())
			.path("error")
			.path("code")
			.asString()).isEqualTo("deadline-exceeded");
	}

	@Test
	void letsTheCallerShortenTheDeadline() throws Exception {
		this.bedrock.answer(FakeExchange::hang);

		HttpResponse<String> response = this.gateway.generate(HI, "Prefer", "wait=1");

		assertThat(response.statusCode()).isEqualTo(504);
		assertClosedAtOnce(this.bedrock.take());
	}

	@Test
	void stopsTheModelWhenASynchronousClientLeaves() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		HttpSocket client = this.gateway.socket();
		client.send(HttpSocket.request("POST", "/v1/generations", HI, "Content-Type: application/json"));
		RecordedRequest upstream = this.bedrock.take();

		client.close();

		assertClosedAtOnce(upstream);
	}

	@Test
	void stopsTheModelWhenASynchronousClientResetsItsConnection() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		HttpSocket client = this.gateway.socket();
		client.send(HttpSocket.request("POST", "/v1/generations", HI, "Content-Type: application/json"));
		RecordedRequest upstream = this.bedrock.take();

		client.reset();

		assertClosedAtOnce(upstream);
	}

	@Test
	void runsOnWithoutItsClientIfItIsTold() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(8));
		HttpSocket client = this.gateway.socket();
		client.send(HttpSocket.request("POST", "/v1/generations", HI_AND_FINISH, "Content-Type: application/json"));
		RecordedRequest upstream = this.bedrock.take();
		String id = runningGeneration();

		client.close();

		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
		go.countDown();
		assertThat(awaitEnd(id).path("status").asString()).isEqualTo("completed");
	}

	@Test
	void runsOnWhenWhoeverPrefersAReceiptLeavesBeforeItCame() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(8));
		HttpSocket client = this.gateway.socket();
		client.send(HttpSocket.request("POST", "/v1/generations", HI, "Content-Type: application/json",
				"Prefer: respond-async, wait=10"));
		RecordedRequest upstream = this.bedrock.take();
		String id = runningGeneration();

		client.close();

		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
		go.countDown();
		assertThat(awaitEnd(id).path("output").path("text").asString()).isEqualTo(FakeBedrock.text(8));
	}

	@Test
	void answersTheNextRequestThatCameDuringAnAnswer() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(1));
		try (HttpSocket client = this.gateway.socket()) {
			String request = HttpSocket.request("POST", "/v1/generations", HI, "Content-Type: application/json");

			client.send(request);
			RecordedRequest upstream = this.bedrock.take();
			client.send(request);
			assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
			go.countDown();

			assertThat(client.response().body()).contains(FakeBedrock.text(1));
			assertThat(client.response().body()).contains(FakeBedrock.text(8));
		}
	}

	@Test
	void answersTheNextRequestThatCameWithTheFirst() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(1));
		try (HttpSocket client = this.gateway.socket()) {
			String request = HttpSocket.request("POST", "/v1/generations", HI, "Content-Type: application/json");

			client.send(request + request);
			assertThat(this.bedrock.take().closedByClient()).failsWithin(AT_ONCE);
			go.countDown();

			assertThat(client.response().body()).contains(FakeBedrock.text(1));
			assertThat(client.response().body()).contains(FakeBedrock.text(8));
		}
	}

	@Test
	void givesIdsThatSortByTime() {
		List<String> ids = IntStream.range(0, 30).mapToObj((_) -> this.gateway.begin(HI)).toList();

		assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch((id) -> id.matches("gen_[0-9a-hjkmnp-tv-z]{26}"));
		ids.forEach(this::awaitEnd);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "*/* | application/json", "application/* | application/json",
					"application/json, text/event-stream;q=0.5 | application/json",
					"text/event-stream, application/json;q=0.5 | text/event-stream;charset=UTF-8",
					"text/event-stream, */* | text/event-stream;charset=UTF-8",
					"text/html, */*;q=0.1 | application/json", "text/* | text/event-stream;charset=UTF-8" })
	void chosesTheFormThatTheClientAccepts(String accept, String contentType) {
		HttpResponse<String> response = this.gateway.generate(HI, "Accept", accept);

		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains(contentType);
	}

	private JsonNode awaitEnd(String id) {
		return await().until(() -> this.gateway.generation(id),
				(generation) -> !generation.path("status").asString().equals("running"));
	}

}
