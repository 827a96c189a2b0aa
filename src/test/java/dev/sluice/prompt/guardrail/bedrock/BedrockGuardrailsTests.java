package dev.sluice.prompt.guardrail.bedrock;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.sluice.aws.AwsEndpoint;
import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeGuardrail;
import dev.sluice.testing.RecordedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class BedrockGuardrailsTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123";

	private static final String SECRET = "s3cr3t-match";

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	private final FakeBedrock bedrock = new FakeBedrock();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private BedrockGuardrails guardrails = guardrails(TIMEOUT);

	@AfterEach
	void close() {
		this.guardrails.close();
		this.bedrock.close();
	}

	@ParameterizedTest
	@EnumSource
	void asksAsBedrockWantsIt(Stage stage) throws Exception {
		Assessment assessment = this.guardrails.apply(ARN, "DRAFT", stage, "Hello \"you\" ✓");

		RecordedRequest request = this.bedrock.take();
		assertThat(request.method() + " " + request.path())
			.isEqualTo("POST /guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fabc123"
					+ "/version/DRAFT/apply");
		assertThat(request.header("content-type")).isEqualTo("application/json");
		assertThat(request.header("authorization")).startsWith("AWS4-HMAC-SHA256 Credential=")
			.contains("/us-east-1/bedrock/aws4_request");
		assertThat(JSON.readTree(request.body())).isEqualTo(JSON.readTree("""
				{"source": "%s", "content": [{"text": {"text": "Hello \\"you\\" ✓"}}], "outputScope": "INTERVENTIONS"}
				""".formatted(stage)));
		assertThat(assessment).isEqualTo(new Assessment(Verdict.NONE, "Hello \"you\" ✓", List.of()));
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	@Test
	void sendsABearerTokenInsteadOfASignature() throws Exception {
		System.setProperty("aws.bearerTokenBedrock", "secret-token");
		try {
			this.guardrails.apply("abc123", "1", Stage.INPUT, "Hello");
		}
		finally {
			System.clearProperty("aws.bearerTokenBedrock");
		}

		assertThat(this.bedrock.take().header("authorization")).isEqualTo("Bearer secret-token");
	}

	@Test
	void findsBedrockByTheNamesOfTheSdk() throws Exception {
		System.setProperty("aws.endpointUrlBedrockRuntime", this.bedrock.uri().toString());
		try (BedrockGuardrails found = new BedrockGuardrails(new BedrockGuardrailProperties(TIMEOUT, 1), this.meters)) {
			found.apply("abc123", "7", Stage.INPUT, "Hello");
		}
		finally {
			System.clearProperty("aws.endpointUrlBedrockRuntime");
		}

		assertThat(this.bedrock.take().path()).isEqualTo("/guardrail/abc123/version/7/apply");
	}

	@Test
	void masksAndTellsWhere() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().pii("EMAIL", "ANONYMIZED", "\\w+@x\\.org")
			.regex("Account Number", "ANONYMIZED", "A-\\d+")
			.pii("NAME", "NONE", "Ann"));

		Assessment assessment = apply("joe@x.org, A-17, Ann, joe@x.org, ann@x.org");

		assertThat(assessment.verdict()).isEqualTo(Verdict.MASKED);
		assertThat(assessment.text()).isEqualTo("{EMAIL}, {Account Number}, Ann, {EMAIL}, {EMAIL}");
		assertThat(assessment.findings()).containsExactly(at("EMAIL", Action.MASK, 0, 9),
				at("Account Number", Action.MASK, 11, 15), at("EMAIL", Action.MASK, 22, 31),
				at("EMAIL", Action.MASK, 33, 42), at("NAME", Action.FLAG, 17, 20));
		assertThat(assessment.report()).isEqualTo(new GuardrailReport(Verdict.MASKED,
				List.of(find("EMAIL", Action.MASK), find("Account Number", Action.MASK), find("NAME", Action.FLAG))));
	}

	@Test
	void blocksAndSaysSo() {
		this.bedrock.answerGuardrailsByDefault(
				new FakeGuardrail().word("Darn").pii("PIN", "BLOCKED", "\\d{4}").pii("NAME", "ANONYMIZED", "Ann"));

		Assessment assessment = apply("darn, Ann: 1234, 1234");

		assertThat(assessment.verdict()).isEqualTo(Verdict.BLOCKED);
		assertThat(assessment.text()).isEqualTo(FakeGuardrail.BLOCKED);
		assertThat(assessment.findings()).containsExactlyInAnyOrder(at("PIN", Action.BLOCK, -1, -1),
				at("WORD", Action.BLOCK, 0, 4), at("NAME", Action.MASK, 6, 9));
	}

	@Test
	void tellsWhatWasOnlyDetected() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().pii("AGE", "NONE", "\\d+"));

		assertThat(apply("I am 42."))
			.isEqualTo(new Assessment(Verdict.NONE, "I am 42.", List.of(at("AGE", Action.FLAG, 5, 7))));
	}

	@Test
	void readsEveryPolicy() {
		answer("""
				{"action":"GUARDRAIL_INTERVENED","outputs":[{"text":"No."}],"usage":{},"fieldOfTomorrow":[1],"assessments":[{
				"automatedReasoningPolicy":{"findings":[{"invalid":{}},{"valid":{}}]},
				"contentPolicy":{"filters":[{"action":"BLOCKED","confidence":"HIGH","type":"PROMPT_ATTACK"},
				 {"action":"NONE","detected":true,"type":"HATE"},{"action":"NONE","detected":false,"type":"VIOLENCE"}]},
				"contextualGroundingPolicy":{"filters":[{"action":"BLOCKED","score":0.1,"threshold":0.7,"type":"GROUNDING"},
				 {"action":"NONE","score":0.9,"threshold":0.7,"type":"RELEVANCE"}]},
				"policyOfTomorrow":{"things":[{"action":"BLOCKED","match":"x"}]},
				"sensitiveInformationPolicy":{"piiEntities":[],"regexes":[{"action":"BLOCKED","match":"Hello"}]},
				"topicPolicy":{"topics":[{"action":"BLOCKED","name":"Investment advice","type":"DENY"}]},
				"wordPolicy":{"customWords":[{"action":"BLOCKED","match":"HELLO"}],
				 "managedWordLists":[{"action":"BLOCKED","match":"you","type":"PROFANITY"}]}}]}""");

		assertThat(apply("Hello you").findings()).containsExactlyInAnyOrder(
				at("TOPIC:Investment advice", Action.BLOCK, -1, -1), at("PROMPT_ATTACK", Action.BLOCK, -1, -1),
				at("HATE", Action.FLAG, -1, -1), at("WORD", Action.BLOCK, -1, -1), at("PROFANITY", Action.BLOCK, 6, 9),
				at("REGEX", Action.BLOCK, 0, 5), at("GROUNDING", Action.BLOCK, -1, -1),
				at("REASONING_INVALID", Action.FLAG, -1, -1));
	}

	@Test
	void takesWhatItDoesNotUnderstandForABlock() {
		answer("{\"action\":\"REWRITTEN_TOMORROW\",\"outputs\":[],\"assessments\":[]}");
		assertThat(apply("x")).isEqualTo(new Assessment(Verdict.BLOCKED, "", List.of()));

		answer("""
				{"action":"GUARDRAIL_INTERVENED","outputs":[{"text":"{NAME} 9"}],"assessments":[{"sensitiveInformationPolicy":{
				"piiEntities":[{"action":"ANONYMIZED","match":"Ann","type":"NAME"},
				{"action":"REPLACED","match":"9","type":"AGE"}],"regexes":[]}}]}""");
		assertThat(apply("Ann 9").verdict()).isEqualTo(Verdict.BLOCKED);
	}

	@Test
	void doesNotAskAboutNothing() {
		assertThat(apply("")).isEqualTo(Assessment.untouched(""));
		assertThat(apply(" \n")).isEqualTo(Assessment.untouched(" \n"));
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void showsALongTextInWindows() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().pii("NAME", "ANONYMIZED", "Mr\\. Ann Lee"));
		String text = "I met Mr. Ann Lee. ".repeat(4_000);

		Assessment assessment = apply(text);

		assertThat(assessment.text()).isEqualTo("I met {NAME}. ".repeat(4_000));
		assertThat(assessment.verdict()).isEqualTo(Verdict.MASKED);
		assertThat(assessment.findings()).hasSize(4_000)
			.allSatisfy((found) -> assertThat(text.substring(found.start(), found.end())).isEqualTo("Mr. Ann Lee"));
		assertThat(this.bedrock.requests()).hasSize(4);
	}

	@Test
	void blocksALongTextAsAWhole() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().word("darn"));

		Assessment assessment = apply("fine words. ".repeat(4_000) + "darn" + " fine words.".repeat(4_000));

		assertThat(assessment.verdict()).isEqualTo(Verdict.BLOCKED);
		assertThat(assessment.text()).isEqualTo(FakeGuardrail.BLOCKED);
		assertThat(assessment.findings()).containsExactly(at("WORD", Action.BLOCK, 48_000, 48_004));
		assertThat(this.bedrock.requests()).hasSize(2);
	}

	/** What the property of {@link WindowsTests} says, with Bedrock's answers. */
	@Test
	void screensAStreamAsItDoesTheWhole() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().pii("NAME", "ANONYMIZED", "Mr\\. Ann Lee")
			.pii("EMAIL", "ANONYMIZED", "[a-z]{3}@x\\.org")
			.regex("Order No", "ANONYMIZED", "A-\\d\\d"));
		String[] scraps = { "so ", "Mr. Ann Lee ", "joe@x.org ", "A-17 ", "and on. ", "{NAME} ", "Mr. ", "😀 " };
		for (int seed = 0; seed < 20; seed++) {
			Random random = new Random(seed);
			String text = random.ints(150, 0, scraps.length).mapToObj((i) -> scraps[i]).collect(Collectors.joining());
			Assessment whole = apply(text);
			List<Assessment> parts = new ArrayList<>();
			Windows windows = new Windows(300, this::apply);

			for (int from = 0; from < text.length();) {
				int to = Math.min(text.length(), from + random.nextInt(40));
				windows.accept(text.substring(from, to), parts::add);
				from = to;
			}
			windows.finish(parts::add);

			assertThat(parts.stream().map(Assessment::text).collect(Collectors.joining())).isEqualTo(whole.text());
			assertThat(parts.stream().flatMap((part) -> part.findings().stream()).toList()).isEqualTo(whole.findings());
		}
	}

	@Test
	void asksOnceMoreWhenBedrockIsBusyOrAwayForAMoment() {
		for (FakeBedrock.Answer trouble : List.<FakeBedrock.Answer>of(BedrockGuardrailsTests::throttle,
				(exchange) -> exchange.error(503, "ServiceUnavailableException", "later"),
				(exchange) -> exchange.error(500, "InternalServerException", "oh"), FakeExchange::reset)) {
			this.bedrock.answerGuardrail(trouble);

			assertThat(apply("Hello").verdict()).isEqualTo(Verdict.NONE);
		}
		assertThat(this.bedrock.requests()).hasSize(8);
		assertThat(calls()).isEqualTo(Map.of("none input", 4L));
	}

	@Test
	void failsWhenBedrockStaysBusy() {
		this.bedrock.answerGuardrailsByDefault(BedrockGuardrailsTests::throttle);

		PromptException failure = failure("Hello");

		assertThat(failure.getCause()).hasMessageContaining("ThrottlingException (429, request 7d3c1f6e")
			.hasMessageContaining("Too many requests sent to ApplyGuardrail");
		assertThat(this.bedrock.requests()).hasSize(2);
		assertThat(calls()).isEqualTo(Map.of("throttled input", 1L));
	}

	@ParameterizedTest
	@ValueSource(strings = { "400 ValidationException", "403 AccessDeniedException", "404 ResourceNotFoundException",
			"400 ServiceQuotaExceededException" })
	void failsAtOnceWhenItIsRefused(String error) {
		int status = Integer.parseInt(error.substring(0, 3));
		this.bedrock.answerGuardrailsByDefault(
				(exchange) -> exchange.error(status, error.substring(4), "about '" + SECRET + "'"));

		PromptException failure = failure("Hello " + SECRET);

		assertThat(failure.getCause()).hasMessageContaining(error.substring(4));
		if (status == 400) {
			assertQuotesNothing(failure);
		}
		assertThat(this.bedrock.requests()).hasSize(1);
		assertThat(calls()).isEqualTo(Map.of("refused input", 1L));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "{}", "null", "s3cr3t-match", "{\"action\":s3cr3t-match}",
			"<html>s3cr3t-match</html>", "{\"action\":\"NONE\",\"assessments\":\"s3cr3t-match\"}",
			"{\"action\":null,\"outputs\":[]}", """
					{"action":"GUARDRAIL_INTERVENED","outputs":[],"assessments":[{"sensitiveInformationPolicy":{
					"piiEntities":[{"action":"ANONYMIZED","match":"s3cr3t-match","type":"NAME"}],"regexes":[]}}]}""" })
	void failsOnAnAnswerThatMakesNoSense(String body) {
		this.bedrock.answerGuardrailsByDefault((exchange) -> exchange.json(200, body));

		assertQuotesNothing(failure("Hello " + SECRET));
		assertThat(calls()).isEqualTo(Map.of("failed input", 1L));
	}

	@Test
	void failsOnAnAnswerThatIsCut() {
		this.bedrock.answerGuardrailsByDefault((exchange) -> exchange.socket("""
				HTTP/1.1 200 OK\r
				Content-Type: application/json\r
				Content-Length: 5000\r
				\r
				{"action":"NONE","assessments":[{"x":"s3cr3t-match\
				""".getBytes(StandardCharsets.US_ASCII)).fin());

		assertQuotesNothing(failure("Hello"));
	}

	@Test
	void waitsNoLongerThanItsLimit() {
		this.guardrails = guardrails(Duration.ofMillis(300));
		this.bedrock.answerGuardrailsByDefault(FakeExchange::hang);
		long start = System.nanoTime();

		assertThat(failure("Hello").getCause()).hasMessage("ApplyGuardrail: The time limit ran out");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		assertThat(Thread.interrupted()).isFalse();
		assertThat(calls()).isEqualTo(Map.of("timeout input", 1L));
	}

	/** Each byte keeps a socket's time-out away. */
	@Test
	void waitsNoLongerForAnAnswerThatTrickles() {
		this.guardrails = guardrails(Duration.ofMillis(400));
		this.bedrock.answerGuardrailsByDefault((exchange) -> {
			exchange.socket("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n"
				.getBytes(StandardCharsets.US_ASCII));
			while (!exchange.request().closedByClient().isDone()) {
				exchange.socket(new byte[] { ' ' }).pause(Duration.ofMillis(50));
			}
			exchange.fin();
		});

		assertThat(failure("Hello").getCause()).hasMessage("ApplyGuardrail: The time limit ran out");
	}

	@Test
	void failsWhereNobodyListens() throws Exception {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		try (BedrockGuardrails nobody = guardrails(TIMEOUT, URI.create("http://127.0.0.1:" + port))) {
			assertThat(failure(nobody, "Hello").getCause()).hasMessageContaining("ConnectException");
		}
	}

	@Test
	void failsWithoutARegion() {
		this.guardrails.close();
		this.guardrails = new BedrockGuardrails(new BedrockGuardrailProperties(TIMEOUT, 1), this.meters, () -> {
			throw new IllegalStateException("No AWS region is set: set AWS_REGION");
		});

		assertThat(failure("Hello").getCause()).hasMessageContaining("set AWS_REGION");
	}

	@Test
	void endsWithItsThread() throws Exception {
		this.bedrock.answerGuardrailsByDefault(FakeExchange::hang);
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread caller = Thread.startVirtualThread(() -> {
			failure("Hello");
			interrupted.complete(Thread.currentThread().isInterrupted());
		});
		RecordedRequest request = this.bedrock.take();

		caller.interrupt();

		assertThat(interrupted.get(2, TimeUnit.SECONDS)).isTrue();
		request.closedByClient().get(2, TimeUnit.SECONDS);
		assertThat(calls()).isEqualTo(Map.of("cancelled input", 1L));
	}

	@Test
	void keepsItsConnection() {
		for (int i = 0; i < 5; i++) {
			apply("Hello");
		}

		assertThat(this.bedrock.acceptedConnections()).isOne();
	}

	@Test
	void showsNoTextInALog() {
		this.bedrock.answerGuardrailsByDefault(new FakeGuardrail().pii("NAME", "NONE", SECRET));

		assertThat(apply("It is " + SECRET).toString())
			.isEqualTo("Assessment[NONE, 18 characters, [Located[finding=Finding[type=NAME, stage=INPUT, action=FLAG], "
					+ "start=6, end=18]]]");
	}

	private static void throttle(FakeExchange exchange) {
		exchange.error(429, "ThrottlingException", "Too many requests sent to ApplyGuardrail: On-demand ApplyGuardrail "
				+ "content filter policy text units per second limit exceeded.");
	}

	private void answer(String body) {
		this.bedrock.answerGuardrail((exchange) -> exchange.json(200, body));
	}

	private Assessment apply(String text) {
		return this.guardrails.apply("abc123", "1", Stage.INPUT, text);
	}

	private PromptException failure(String text) {
		return failure(this.guardrails, text);
	}

	private static PromptException failure(BedrockGuardrails guardrails, String text) {
		PromptException failure = catchThrowableOfType(PromptException.class,
				() -> guardrails.apply("abc123", "1", Stage.INPUT, text));
		assertThat(failure).isNotNull();
		assertThat(failure.reason()).isEqualTo(Reason.GUARDRAIL_UNAVAILABLE);
		assertThat(failure.getCause()).isNotNull();
		return failure;
	}

	private static void assertQuotesNothing(Throwable failure) {
		for (Throwable ex = failure; ex != null; ex = ex.getCause()) {
			assertThat(ex.toString()).doesNotContain(SECRET);
			assertThat(ex.getSuppressed()).isEmpty();
		}
	}

	private Map<String, Long> calls() {
		return this.meters.find("sluice.guardrail.bedrock.calls")
			.timers()
			.stream()
			.collect(Collectors.toMap((timer) -> timer.getId().getTag("outcome") + " " + timer.getId().getTag("stage"),
					(timer) -> timer.count()));
	}

	private BedrockGuardrails guardrails(Duration timeout) {
		return guardrails(timeout, this.bedrock.uri());
	}

	private BedrockGuardrails guardrails(Duration timeout, URI uri) {
		return new BedrockGuardrails(new BedrockGuardrailProperties(timeout, 10), this.meters,
				() -> new AwsEndpoint(uri, Region.US_EAST_1, true));
	}

	private static Finding find(String type, Action action) {
		return new Finding(type, Stage.INPUT, action);
	}

	private static Located at(String type, Action action, int start, int end) {
		return new Located(find(type, action), start, end);
	}

}
