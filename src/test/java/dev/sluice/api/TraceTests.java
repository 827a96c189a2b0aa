package dev.sluice.api;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.OtlpReceiver;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.StompClient;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static dev.sluice.testing.OtlpReceiver.attribute;
import static dev.sluice.testing.OtlpReceiver.isChild;
import static dev.sluice.testing.OtlpReceiver.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a collector of traces is told of the doors' traffic. */
class TraceTests extends DoorTests {

	private static final OtlpReceiver RECEIVER = new OtlpReceiver();

	private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

	private static final String CHAT = "chat " + MODEL;

	private static final String REST = "POST /v1/generations";

	private static final String WORD = "Rumpelstilzchen";

	private static final String ANSWER = "Schneewittchen";

	private static final String PROMPT = """
			{"system":"Rumpelstilzchen","messages":[{"role":"user","content":"my name is Rumpelstilzchen"}],
			"parameters":{"maxTokens":77,"temperature":0.5,"topP":0.25,"stopSequences":["Rumpelstilzchen"]}}""";

	private final CountDownLatch held = new CountDownLatch(1);

	@DynamicPropertySource
	static void collect(DynamicPropertyRegistry properties) {
		properties.add("otel.exporter.otlp.endpoint", RECEIVER::endpoint);
		properties.add("otel.exporter.otlp.headers", () -> "Authorization=Bearer t0ken");
		properties.add("otel.resource.attributes", () -> "deployment.environment.name=test");
		properties.add("otel.bsp.schedule.delay", () -> "20");
	}

	@AfterEach
	void letGo() {
		this.held.countDown();
	}

	@Test
	void tellsEachStepOfARequest() {
		HttpResponse<String> response = this.gateway.generate("""
				{"template":{"name":"support-answer"},"variables":{"question":"Who?","company":"ACME","tone":"brief"},
				"parameters":{"maxTokens":77,"temperature":0.5,"topP":0.25}}""");

		List<Span> trace = RECEIVER.trace(traceOf(response), 5);

		Span door = named(trace, REST);
		assertThat(trace).hasSize(5)
			.filteredOn((span) -> span != door)
			.allMatch((span) -> isChild(span, door))
			.extracting(Span::getName)
			.containsExactly("template", "input guardrail", "context fit", CHAT);
		assertThat(door.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		assertThat(door.getParentSpanId().isEmpty()).isTrue();
		assertThat(attribute(door, "http.request.method")).isEqualTo("POST");
		assertThat(attribute(door, "http.route")).isEqualTo("/v1/generations");
		assertThat(attribute(door, "http.response.status_code")).isEqualTo("200");
		assertThat(attribute(door, "sluice.generation.id")).isEqualTo(Gateway.json(response).path("id").asString());
		Span chat = named(trace, CHAT);
		assertThat(chat.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
		assertThat(attribute(chat, "gen_ai.operation.name")).isEqualTo("chat");
		assertThat(attribute(chat, "gen_ai.provider.name")).isEqualTo("aws.bedrock");
		assertThat(attribute(chat, "gen_ai.request.model")).isEqualTo(MODEL);
		assertThat(attribute(chat, "gen_ai.request.max_tokens")).isEqualTo("77");
		assertThat(attribute(chat, "gen_ai.request.temperature")).isEqualTo("0.5");
		assertThat(attribute(chat, "gen_ai.request.top_p")).isEqualTo("0.25");
		assertThat(attribute(chat, "gen_ai.response.finish_reasons")).isEqualTo("[end_turn]");
		assertThat(attribute(chat, "gen_ai.usage.input_tokens")).isEqualTo("11");
		assertThat(attribute(chat, "gen_ai.usage.output_tokens")).isEqualTo("8");
		assertThat(attribute(chat, "server.address")).isEqualTo("127.0.0.1");
		assertThat(attribute(chat, "server.port")).isEqualTo(Integer.toString(this.bedrock.uri().getPort()));
		assertThat(attribute(chat, "gen_ai.request.stream")).isNull();
	}

	@Test
	void saysWhoSendsIt() {
		RECEIVER.trace(traceOf(this.gateway.generate(HI)), 4);

		assertThat(RECEIVER.resources()).allSatisfy((resource) -> {
			assertThat(attribute(resource.getAttributesList(), "service.name")).isEqualTo("sluice");
			assertThat(attribute(resource.getAttributesList(), "deployment.environment.name")).isEqualTo("test");
		});
		assertThat(RECEIVER.authorizations()).containsOnly("Bearer t0ken");
	}

	@Test
	void namesTheConversation() {
		String conversation = Gateway.json(this.gateway.post("/v1/conversations", "{}")).path("id").asString();

		HttpResponse<String> response = this.gateway
			.generate("{\"conversationId\":\"" + conversation + "\"," + HI.substring(1));

		List<Span> trace = RECEIVER.trace(traceOf(response), 5);
		assertThat(isChild(named(trace, "conversation load"), named(trace, REST))).isTrue();
		for (String name : List.of(REST, CHAT)) {
			assertThat(attribute(named(trace, name), "gen_ai.conversation.id")).isEqualTo(conversation);
		}
	}

	@Test
	void goesOnWithTheTraceOfItsCaller() {
		String trace = newTrace();

		HttpResponse<String> response = this.gateway.generate(HI, "traceparent", "00-" + trace + "-b7ad6b7169203331-01",
				"tracestate", "vendor=abc,other=1");

		List<Span> spans = RECEIVER.trace(trace, 4);
		assertThat(traceOf(response)).isEqualTo(trace);
		assertThat(OtlpReceiver.hex(named(spans, REST).getParentSpanId())).isEqualTo("b7ad6b7169203331");
		assertThat(spans).hasSize(4)
			.allSatisfy((span) -> assertThat(span.getTraceState()).isEqualTo("vendor=abc,other=1"));
	}

	@Test
	void leavesOutWhatTheCallerDoesNotSample() {
		String unsampled = newTrace();

		HttpResponse<String> response = this.gateway.generate(HI, "traceparent",
				"00-" + unsampled + "-b7ad6b7169203331-00");
		RECEIVER.trace(traceOf(this.gateway.generate(HI)), 4);

		assertThat(traceOf(response)).isEqualTo(unsampled);
		assertThat(RECEIVER.trace(unsampled)).isEmpty();
	}

	@Test
	void hasTheSpanOfAStreamLastUntilItsEnd() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("a")
			.await(this.held)
			.messageStop("end_turn")
			.metadata(1, 1));
		SseClient stream = this.gateway.stream(HI);
		stream.next(2);
		String trace = stream.head().header("X-Trace-Id");
		assertThat(RECEIVER.trace(trace, 2)).extracting(Span::getName)
			.containsExactly("input guardrail", "context fit");

		this.held.countDown();
		stream.all();

		List<Span> spans = RECEIVER.trace(trace, 4);
		Span chat = named(spans, CHAT);
		assertThat(isChild(chat, named(spans, REST))).isTrue();
		assertThat(named(spans, REST).getEndTimeUnixNano()).isGreaterThanOrEqualTo(chat.getStartTimeUnixNano());
		assertThat(attribute(chat, "gen_ai.request.stream")).isEqualTo("true");
		assertThat(Double.parseDouble(attribute(chat, "gen_ai.response.time_to_first_chunk"))).isPositive();
		assertThat(attribute(chat, "sluice.generation.id")).isEqualTo(stream.generation());
	}

	@Test
	void endsTheSpanOfAnAsynchronousRequestAtTheReceipt() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.await(this.held)
			.delta("a")
			.messageStop("end_turn")
			.metadata(1, 1));
		HttpResponse<String> receipt = this.gateway.generate(HI, "Prefer", "respond-async");
		Span door = named(RECEIVER.trace(traceOf(receipt), 3), REST);
		assertThat(attribute(door, "http.response.status_code")).isEqualTo("202");

		this.held.countDown();

		assertThat(isChild(named(RECEIVER.trace(traceOf(receipt), 4), CHAT), door)).isTrue();
	}

	@Test
	void tellsOfFramesOverStomp() throws Exception {
		String trace = newTrace();
		StompClient client = this.gateway.stomp();
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("a")
			.await(this.held)
			.messageStop("end_turn")
			.metadata(1, 1));
		client.generate("{\"delivery\":\"stream\"," + HI.substring(1),
				"traceparent:00-" + trace + "-b7ad6b7169203331-01", "tracestate:vendor=abc");
		client.next();
		client.next();
		assertThat(RECEIVER.trace(trace, 2)).extracting(Span::getName)
			.containsExactly("input guardrail", "context fit");

		this.held.countDown();
		client.untilEnd();

		List<Span> spans = RECEIVER.trace(trace, 4);
		Span door = named(spans, "SEND /app/generations");
		assertThat(door.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		assertThat(OtlpReceiver.hex(door.getParentSpanId())).isEqualTo("b7ad6b7169203331");
		assertThat(door.getTraceState()).isEqualTo("vendor=abc");
		assertThat(isChild(named(spans, CHAT), door)).isTrue();
	}

	@Test
	void endsTheSpanOfAFrameThatWantsOneAnswerAtTheReceipt() throws Exception {
		String trace = newTrace();
		this.bedrock.answer((exchange) -> exchange.await(this.held).whole(1));
		StompClient client = this.gateway.stomp();
		client.generate(HI, "traceparent:00-" + trace + "-b7ad6b7169203331-01");
		assertThat(client.next().type()).isEqualTo("accepted");
		Span door = named(RECEIVER.trace(trace, 3), "SEND /app/generations");

		this.held.countDown();
		client.untilEnd();

		assertThat(isChild(named(RECEIVER.trace(trace, 4), CHAT), door)).isTrue();
	}

	@Test
	void refusesFramesUnderTheTraceThatIsTold() throws Exception {
		StompClient client = this.gateway.stomp();
		String unknown = client.send("/app/no-such-thing", HI).next().json().path("problem").path("traceId").asString();
		String outside = client.send("/no-such-thing", HI).next().json().path("problem").path("traceId").asString();

		assertThat(RECEIVER.trace(unknown, 1)).extracting(Span::getName).containsExactly("SEND");
		assertThat(RECEIVER.trace(outside, 1)).extracting(Span::getName).containsExactly("SEND");
	}

	@Test
	void tellsOfFailuresByTheirType() {
		this.bedrock.answer((exchange) -> exchange.error(403, "AccessDeniedException", "No access to it"));

		HttpResponse<String> response = this.gateway.generate(HI);

		List<Span> spans = RECEIVER.trace(traceOf(response), 4);
		assertThat(Gateway.json(response).path("traceId").asString()).isEqualTo(traceOf(response));
		assertThat(attribute(named(spans, CHAT), "error.type")).isEqualTo("access_denied");
		assertThat(attribute(named(spans, REST), "error.type")).isEqualTo("502");
		for (String name : List.of(CHAT, REST)) {
			assertThat(named(spans, name).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
			assertThat(named(spans, name).getStatus().getMessage()).isEmpty();
		}
	}

	@Test
	void tellsOfAStepThatRefuses() {
		HttpResponse<String> response = this.gateway.generate("""
				{"template":{"name":"no-such-template"}}""");

		List<Span> spans = RECEIVER.trace(traceOf(response), 2);
		assertThat(attribute(named(spans, "template"), "error.type"))
			.isEqualTo("dev.sluice.prompt.terms.PromptException");
		assertThat(attribute(named(spans, REST), "http.response.status_code"))
			.isEqualTo(Integer.toString(response.statusCode()));
		assertThat(named(spans, REST).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
	}

	@Test
	void tellsEachAttempt() {
		this.bedrock.answer((exchange) -> exchange.error(429, "ThrottlingException", "Too many"));
		this.bedrock.answer((exchange) -> exchange.error(503, "ServiceUnavailableException", "Busy"));

		Span chat = named(RECEIVER.trace(traceOf(this.gateway.generate(HI)), 4), CHAT);

		assertThat(chat.getEventsList()).extracting(Span.Event::getName).containsExactly("retry", "retry");
		assertThat(chat.getEventsList()).extracting((event) -> attribute(event.getAttributesList(), "error.type"))
			.containsExactly("throttled", "unavailable");
		assertThat(chat.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
	}

	@Test
	void tellsOfCancelledStreamsThatNobodyFailed() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("a").hang());
		SseClient stream = this.gateway.stream(HI);
		stream.next(2);
		String trace = stream.head().header("X-Trace-Id");

		stream.reset();

		List<Span> spans = RECEIVER.trace(trace, 4);
		assertThat(attribute(named(spans, CHAT), "error.type")).isEqualTo("cancelled");
		assertThat(named(spans, CHAT).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
		assertThat(isChild(named(spans, CHAT), named(spans, REST))).isTrue();
	}

	@Test
	void namesSpansByTheirRoutes() {
		String found = traceOf(this.gateway.get("/v1/generations/gen_0"));
		String unknown = traceOf(this.gateway.get("/no-such-path"));
		String health = traceOf(this.gateway.get("/actuator/health"));

		assertThat(RECEIVER.trace(found, 1)).extracting(Span::getName).containsExactly("GET /v1/generations/{id}");
		assertThat(RECEIVER.trace(unknown, 1)).extracting(Span::getName).doesNotContain("GET /no-such-path");
		assertThat(RECEIVER.trace(health)).isEmpty();
	}

	@Test
	void recordsTheTraceInTheAuditTrail() {
		String trace = traceOf(this.gateway.generate(HI));

		await().untilAsserted(() -> assertThat(this.gateway.get("/v1/audit?limit=100").body()).contains(trace));
	}

	@Test
	void exportsNothingOfWhatWasSaid() throws Exception {
		this.bedrock.answerByDefault((exchange) -> {
			if (exchange.request().streaming()) {
				exchange.startStream().messageStart().delta(ANSWER).messageStop("end_turn").metadata(1, 1);
			}
			else {
				exchange.json(200, FakeFrames.reply(ANSWER, "end_turn", 1, 1));
			}
		});
		String last = traceOf(this.gateway.generate(PROMPT));
		this.gateway.stream(PROMPT).all();
		this.gateway.generate(PROMPT, "Prefer", "respond-async, wait=10");
		StompClient stomp = this.gateway.stomp();
		stomp.generate(PROMPT).untilEnd();
		stomp.generate("{\"delivery\":\"stream\"," + PROMPT.substring(1)).untilEnd();
		stomp.send("/app/" + WORD, PROMPT).untilEnd();
		this.gateway.generate(PROMPT + WORD);
		this.gateway.generate("""
				{"template":{"name":"support-answer"},"variables":{"Rumpelstilzchen":1}}""");
		this.bedrock.answerByDefault((exchange) -> exchange.error(400, "ValidationException", WORD + " is wrong"));
		this.gateway.generate(PROMPT);
		this.bedrock.answerByDefault((exchange) -> exchange.error(503, "ServiceUnavailableException", WORD));
		this.gateway.stream(PROMPT).all();
		this.bedrock.answerByDefault((exchange) -> exchange.startStream().messageStart().delta(ANSWER).corruptFrame());
		this.gateway.stream(PROMPT).all();
		this.bedrock.answerByDefault(FakeExchange::hang);
		SseClient left = this.gateway.stream(PROMPT);
		left.next();
		left.reset();
		RECEIVER.trace(left.head().header("X-Trace-Id"), 4);
		RECEIVER.trace(last, 4);

		assertThat(new String(RECEIVER.bytes(), StandardCharsets.ISO_8859_1)).contains("gen_ai.usage.output_tokens")
			.doesNotContain(WORD)
			.doesNotContain(ANSWER);
	}

	private static String traceOf(HttpResponse<String> response) {
		return response.headers().firstValue("X-Trace-Id").orElseThrow();
	}

	private static String newTrace() {
		HexFormat hex = HexFormat.of();
		return hex.toHexDigits(ThreadLocalRandom.current().nextLong()) + hex.toHexDigits(1L);
	}

}
