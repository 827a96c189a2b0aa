package dev.sluice.api;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeBedrock.Answer;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.StompClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong at Bedrock, seen through every door: the same deltas once each, then
 * the same end once.
 */
class FailureParityTests extends DoorTests {

	private static final int ATTEMPTS = 3;

	/**
	 * What a client was told.
	 *
	 * @param text all deltas, joined
	 * @param ends the types of the last events
	 * @param code of the failure, empty if there is none
	 */
	private record Told(String text, List<String> ends, String code) {
	}

	private enum Door {

		SSE {
			@Override
			Told ask(Gateway gateway) {
				return told(gateway.stream(Gateway.HI).all());
			}
		},

		STOMP_STREAM {
			@Override
			Told ask(Gateway gateway) throws Exception {
				StompClient client = gateway.stomp().generate("""
						{"messages":[{"role":"user","content":"hi"}],"delivery":"stream"}""");
				List<JsonNode> messages = bodies(client);
				assertThat(messages).extracting((message) -> message.path("sequence").asInt())
					.isEqualTo(IntStream.rangeClosed(1, messages.size()).boxed().toList());
				return new Told(
						messages.stream()
							.filter((message) -> message.path("type").asString().equals("delta"))
							.map((message) -> message.path("text").asString())
							.collect(Collectors.joining()),
						List.of(messages.getLast().path("type").asString()),
						messages.getLast().path("code").asString(""));
			}
		},

		STOMP_RESPONSE {
			@Override
			Told ask(Gateway gateway) throws Exception {
				List<JsonNode> messages = bodies(gateway.stomp().generate(Gateway.HI));
				assertThat(messages).hasSize(2);
				JsonNode last = messages.getLast();
				return new Told(last.path("output").path("text").asString(""), List.of(last.path("type").asString()),
						last.path("code").asString(""));
			}
		},

		RESPOND_ASYNC {
			@Override
			Told ask(Gateway gateway) {
				String id = gateway.begin(Gateway.HI);
				Told told = told(gateway.follow(id).all());
				JsonNode resource = gateway.generation(id);
				assertThat(resource.path("status").asString()).isEqualTo(told.ends().getFirst());
				assertThat(resource.path("error").path("code").asString("")).isEqualTo(told.code());
				assertThat(resource.path("output").path("text").asString("")).isEqualTo(told.text());
				return told;
			}
		};

		abstract Told ask(Gateway gateway) throws Exception;

		private static Told told(List<SseClient.Event> events) {
			assertThat(events).extracting(SseClient.Event::id)
				.isEqualTo(IntStream.rangeClosed(1, events.size()).mapToObj(Integer::toString).toList());
			List<String> ends = events.stream()
				.map(SseClient.Event::type)
				.filter((type) -> !List.of("started", "delta").contains(type))
				.toList();
			return new Told(events.stream()
				.filter((event) -> event.type().equals("delta"))
				.map((event) -> event.json().path("text").asString())
				.collect(Collectors.joining()), ends, events.getLast().code());
		}

		private static List<JsonNode> bodies(StompClient client) throws InterruptedException {
			List<JsonNode> bodies = client.untilEnd().stream().map(StompClient.Frame::json).toList();
			client.frame("UNSUBSCRIBE", "", "id:none", "receipt:over");
			assertThat(client.next().command()).isEqualTo("RECEIPT");
			client.close();
			return bodies;
		}

	}

	/**
	 * What goes wrong.
	 *
	 * @param answers what Bedrock does to each attempt
	 * @param deltas how many deltas the client sees
	 * @param code of the failure, empty if the answer succeeds in the end
	 * @param attempts how often Bedrock is asked
	 */
	private record Fault(String name, List<Answer> answers, int deltas, String code, int attempts) {

		static Fault once(String name, int deltas, String code, Answer answer) {
			return new Fault(name, List.of(answer), deltas, code, 1);
		}

		static Fault always(String name, String code, Answer answer) {
			return new Fault(name, List.of(answer, answer, answer), 0, code, ATTEMPTS);
		}

		static Fault afterFive(String name, String code, Consumer<FakeExchange> fault) {
			return once(name, 5, code, (exchange) -> fault.accept(five(exchange)));
		}

		static Fault error(int status, String type, String message, String code) {
			return once(status + " " + type + ": " + message, 0, code,
					(exchange) -> exchange.error(status, type, message));
		}

		static Fault alwaysError(int status, String type, String code) {
			return always(status + " " + type + " for ever", code,
					(exchange) -> exchange.error(status, type, "Not now"));
		}

		static Fault mended(String name, Answer... faults) {
			return new Fault(name, List.of(faults), FakeBedrock.DELTAS, "", faults.length + 1);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Fault> faults() {
		Answer throttled = (exchange) -> exchange.error(429, "ThrottlingException", "Too many requests");
		return Stream.of(Fault.mended("429 twice, then success", throttled, throttled),
				Fault.mended("503 and 500, then success",
						(exchange) -> exchange.error(503, "ServiceUnavailableException", "Not now"),
						(exchange) -> exchange.error(500, "InternalServerException", "Oops")),
				Fault.mended("a reset instead of an answer, then success", FakeExchange::reset),
				Fault.mended("a cut before the first delta, then success",
						(exchange) -> exchange.startStream().messageStart().fin()),
				Fault.mended("a throttled stream before the first delta, then success",
						(exchange) -> exchange.startStream()
							.messageStart()
							.exception("throttlingException", "Slow down")),
				Fault.mended("half a frame, then success",
						(exchange) -> exchange.startStream()
							.raw(Arrays.copyOf(FakeFrames.event("messageStart", "{}"), 20))
							.fin()),
				Fault.mended("two empty answers, then success", (exchange) -> exchange.startStream().end(),
						(exchange) -> exchange.startStream().messageStart().end()),
				Fault.alwaysError(429, "ThrottlingException", "model-throttled"),
				Fault.alwaysError(429, "ModelNotReadyException", "model-unavailable"),
				Fault.alwaysError(500, "InternalServerException", "model-failed"),
				Fault.alwaysError(503, "ServiceUnavailableException", "model-unavailable"),
				Fault.always("a reset instead of an answer for ever", "model-unavailable", FakeExchange::reset),
				Fault.error(400, "ValidationException", "The messages do not alternate", "model-failed"),
				Fault.error(400, "ValidationException", "Input is too long for requested model.", "context-too-long"),
				Fault.error(403, "AccessDeniedException", "You don't have access", "model-failed"),
				Fault.error(403, "ExpiredTokenException", "The token has expired", "model-failed"),
				Fault.error(404, "ResourceNotFoundException", "No such model", "model-failed"),
				Fault.error(424, "ModelErrorException", "The model failed", "model-failed"),
				Fault.error(408, "ModelTimeoutException", "The model took too long", "model-failed"),
				Fault.once("a page of a proxy", 0, "model-failed", (exchange) -> exchange
					.socket("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<ok>".getBytes())),
				Fault.afterFive("throttlingException", "model-throttled",
						(exchange) -> exchange.exception("throttlingException", "Slow down")),
				Fault.afterFive("modelStreamErrorException", "model-failed",
						(exchange) -> exchange.exception("modelStreamErrorException", "Oops")),
				Fault.afterFive("serviceUnavailableException", "model-unavailable",
						(exchange) -> exchange.exception("serviceUnavailableException", "Not now")),
				Fault.afterFive("internalServerException", "model-failed",
						(exchange) -> exchange.exception("internalServerException", "Oops")),
				Fault.afterFive("validationException", "model-failed",
						(exchange) -> exchange.exception("validationException", "No")),
				Fault.afterFive("an exception of the future", "model-failed",
						(exchange) -> exchange.exception("quantumException", "Both")),
				Fault.afterFive("an error frame", "model-failed",
						(exchange) -> exchange.raw(FakeFrames.error("InternalError", "Oops"))),
				Fault.afterFive("a reset", "model-failed", (exchange) -> exchange.pause(Duration.ofMillis(50)).reset()),
				Fault.afterFive("a plain end of the connection", "model-failed", FakeExchange::fin),
				Fault.afterFive("a proper end of the body before messageStop", "model-failed", FakeExchange::end),
				Fault.afterFive("a proper end before the metadata", "model-failed",
						(exchange) -> exchange.blockStop(0).messageStop("end_turn").end()),
				Fault.afterFive("a corrupt frame", "model-failed", FakeExchange::corruptFrame),
				Fault.afterFive("bytes that are no frame", "model-failed",
						(exchange) -> exchange.raw("this is not a frame of an event stream".getBytes())),
				Fault.afterFive("a frame whose end is missing", "model-failed",
						(exchange) -> exchange.raw(Arrays.copyOf(FakeFrames.event("contentBlockDelta", "{}"), 30))
							.fin()),
				Fault.afterFive("an event that is no JSON", "model-failed",
						(exchange) -> exchange.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"te")),
				Fault.afterFive("silence", "deadline-exceeded", FakeExchange::hang),
				Fault.once("silence from the start", 0, "deadline-exceeded", FakeExchange::hang),
				Fault.once("silence after the headers", 0, "deadline-exceeded",
						(exchange) -> exchange.startStream().messageStart().hang()));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void areTheSameOnEveryDoor(Fault fault) throws Exception {
		Map<Door, Told> told = new EnumMap<>(Door.class);

		if (fault.code().equals("deadline-exceeded")) {
			fault.answers().forEach(this.bedrock::answerByDefault);
			Map<Door, CompletableFuture<Told>> asked = new EnumMap<>(Door.class);
			for (Door door : Door.values()) {
				asked.put(door, CompletableFuture.supplyAsync(() -> ask(door), Thread::startVirtualThread));
			}
			asked.forEach((door, answer) -> told.put(door, answer.join()));
		}
		else {
			for (Door door : Door.values()) {
				fault.answers().forEach(this.bedrock::answer);
				told.put(door, ask(door));
			}
		}

		Told expected = new Told(FakeBedrock.text(fault.deltas()),
				List.of(fault.code().isEmpty() ? "completed" : "failed"), fault.code());
		assertThat(told).allSatisfy((_, seen) -> assertThat(seen).isEqualTo(expected));
		assertThat(this.bedrock.requests()).hasSize(Door.values().length * fault.attempts());
	}

	private record SyncFault(String name, List<Answer> answers, int status, String code, int attempts) {

		static SyncFault once(String name, int status, String code, Answer answer) {
			return new SyncFault(name, List.of(answer), status, code, 1);
		}

		static SyncFault always(int error, String type, int status, String code) {
			Answer answer = (exchange) -> exchange.error(error, type, "Not now");
			return new SyncFault(error + " " + type + " for ever", List.of(answer, answer, answer), status, code,
					ATTEMPTS);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<SyncFault> syncFaults() {
		Answer throttled = (exchange) -> exchange.error(429, "ThrottlingException", "Too many requests");
		Answer cut = (exchange) -> exchange
			.socket("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{\"output\":"
				.getBytes())
			.fin();
		return Stream.of(new SyncFault("429 twice, then success", List.of(throttled, throttled), 200, "", 3),
				new SyncFault("a cut answer, then success", List.of(cut), 200, "", 2),
				new SyncFault("a reset, then success", List.of(FakeExchange::reset), 200, "", 2),
				SyncFault.always(429, "ThrottlingException", 503, "model-throttled"),
				SyncFault.always(500, "InternalServerException", 502, "model-failed"),
				SyncFault.always(503, "ServiceUnavailableException", 503, "model-unavailable"),
				new SyncFault("resets for ever", List.of(FakeExchange::reset, FakeExchange::reset, FakeExchange::reset),
						503, "model-unavailable", 3),
				SyncFault.once("400", 502, "model-failed",
						(exchange) -> exchange.error(400, "ValidationException", "No")),
				SyncFault.once("too long", 422, "context-too-long",
						(exchange) -> exchange.error(400, "ValidationException",
								"Input is too long for requested model.")),
				SyncFault.once("403", 502, "model-failed",
						(exchange) -> exchange.error(403, "AccessDeniedException", "You don't have access")),
				SyncFault.once("404", 502, "model-failed",
						(exchange) -> exchange.error(404, "ResourceNotFoundException", "No such model")),
				SyncFault.once("424", 502, "model-failed",
						(exchange) -> exchange.error(424, "ModelErrorException", "The model failed")),
				SyncFault.once("no JSON", 502, "model-failed", (exchange) -> exchange.json(200, "<html>")),
				SyncFault.once("no output", 502, "model-failed", (exchange) -> exchange.json(200, "{}")),
				SyncFault.once("silence", 504, "deadline-exceeded", FakeExchange::hang),
				SyncFault.once("a slow body", 504, "deadline-exceeded",
						(exchange) -> exchange
							.socket("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"
								.getBytes())
							.hang()));
	}

	@ParameterizedTest
	@MethodSource("syncFaults")
	void areProblemsOfASynchronousAnswer(SyncFault fault) {
		fault.answers().forEach(this.bedrock::answer);

		HttpResponse<String> response = this.gateway.generate(HI);

		assertThat(response.statusCode()).isEqualTo(fault.status());
		assertThat(this.bedrock.requests()).hasSize(fault.attempts());
		if (fault.status() == 200) {
			assertThat(Gateway.json(response).path("output").path("text").asString())
				.isEqualTo(FakeBedrock.text(FakeBedrock.DELTAS));
		}
		else {
			assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
			JsonNode problem = Gateway.json(response);
			assertThat(problem.path("code").asString()).isEqualTo(fault.code());
			assertThat(problem.path("status").asInt()).isEqualTo(fault.status());
			assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(fault.status() == 503);
			assertThat(response.body()).doesNotContain("Exception", "Not now", "html");
			JsonNode generation = this.gateway.generation(problem.path("generationId").asString());
			assertThat(generation.path("error")).isEqualTo(problem);
			assertThat(generation.path("status").asString()).isEqualTo("failed");
		}
	}

	@ParameterizedTest
	@EnumSource(Door.class)
	void neverRetryOnceThereWasADelta(Door door) {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta(FakeBedrock.delta(0)).fin());

		assertThat(ask(door)).isEqualTo(new Told(FakeBedrock.delta(0), List.of("failed"), "model-failed"));
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	@Test
	void tellWhenToTryAgain() {
		this.bedrock.answerByDefault((exchange) -> exchange.error(429, "ThrottlingException", "Too many requests"));

		SseClient client = this.gateway.stream(HI);

		client.all();
		assertThat(Gateway.masked(client.events().getLast().data())).isEqualTo("""
				{"type":"urn:sluice:problem:model-throttled","title":"The model takes no more requests for now",\
				"status":503,"code":"model-throttled","detail":"The model takes no more requests for now",\
				"retryAfter":2,"traceId":"TRACE","usage":{"inputTokens":0,"outputTokens":0,"cacheReadTokens":0,\
				"cacheWriteTokens":0,"cost":{"amount":"0","currency":"USD"}}}""");
		assertThat(client.head().header("X-Trace-Id"))
			.isEqualTo(client.events().getLast().json().path("traceId").asString());
	}

	@Test
	void endTheConnectionToASilentBedrock() throws Exception {
		this.bedrock.answer((exchange) -> five(exchange).hang());
		SseClient client = this.gateway.stream(HI);

		client.next(6);
		long start = System.nanoTime();
		assertThat(client.next().code()).isEqualTo("deadline-exceeded");

		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(1500),
				Duration.ofMillis(3000));
		assertClosedAtOnce(this.bedrock.take());
		client.all();
	}

	private Told ask(Door door) {
		try {
			return door.ask(this.gateway);
		}
		catch (Exception ex) {
			throw new AssertionError(door + " broke", ex);
		}
	}

	private static FakeExchange five(FakeExchange exchange) {
		exchange.startStream().messageStart();
		for (int i = 0; i < 5; i++) {
			exchange.delta(FakeBedrock.delta(i));
		}
		return exchange;
	}

}
