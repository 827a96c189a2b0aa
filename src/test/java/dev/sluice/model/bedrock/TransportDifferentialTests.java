package dev.sluice.model.bedrock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.bedrock.StreamCorpus.Event;
import dev.sluice.model.bedrock.Transports.Pair;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds our own transport against the SDK's: both send the same, and make the same of
 * what comes back.
 */
class TransportDifferentialTests {

	private static Transports transports;

	@BeforeAll
	static void open() {
		transports = new Transports();
	}

	@AfterAll
	static void close() throws IOException {
		transports.close();
	}

	@TestFactory
	Stream<DynamicTest> sendTheSameRequest() {
		return each(RequestCorpus.requests(150), (request, _) -> {
			Pair<RecordedRequest> sync = transports.requests(request, false);
			Pair<RecordedRequest> streaming = transports.requests(request, true);

			assertThat(view(sync.wire())).isEqualTo(view(sync.sdk()));
			assertThat(view(streaming.wire())).isEqualTo(view(streaming.sdk()));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/base", "/base/", "/a%20b/c" })
	void sendTheSameRequestBelowABasePath(String basePath) throws Exception {
		try (Transports others = new Transports(basePath)) {
			Pair<RecordedRequest> sync = others.requests(Transports.HI, false);
			Pair<RecordedRequest> streaming = others.requests(Transports.HI, true);

			assertThat(view(sync.wire())).isEqualTo(view(sync.sdk()));
			assertThat(view(streaming.wire())).isEqualTo(view(streaming.sdk()));
		}
	}

	@Test
	void sendABearerTokenInsteadOfASignature() throws IOException {
		System.setProperty("aws.bearerTokenBedrock", "secret-token");
		try (Transports others = new Transports()) {
			Pair<RecordedRequest> sync = others.requests(Transports.HI, false);
			Pair<RecordedRequest> streaming = others.requests(Transports.HI, true);

			assertThat(List.of(sync.wire(), sync.sdk(), streaming.wire(), streaming.sdk()))
				.extracting((request) -> request.header("authorization"))
				.containsOnly("Bearer secret-token");
		}
		finally {
			System.clearProperty("aws.bearerTokenBedrock");
		}
	}

	@TestFactory
	Stream<DynamicTest> readTheSameReply() {
		return each(ReplyCorpus.bodies(80), (body, _) -> {
			Pair<Outcome> read = transports.replies((exchange) -> exchange.json(200, body));

			assertThat(read.wire().reason()).isNull();
			assertThat(read.wire()).isEqualTo(read.sdk());
		});
	}

	@TestFactory
	Stream<DynamicTest> readTheSameStream() {
		return each(StreamCorpus.streams(100), (events, index) -> {
			Pair<Outcome> read = transports.streams(0, (_) -> (exchange) -> send(exchange, events, new Dice(index)));

			assertThat(read.wire().reason()).isNull();
			assertThat(read.wire()).isEqualTo(read.sdk());
		});
	}

	@TestFactory
	Stream<DynamicTest> noticeTheSameFault() {
		return each(FaultCorpus.faults(), (fault, _) -> {
			Pair<Outcome> read = transports.streams(fault.deltas(), fault::answer);

			assertThat(read.sdk().events()).hasSize(fault.deltas());
			assertThat(read.wire()).isEqualTo(read.sdk());
			assertThat(read.wire().reason()).isEqualTo(fault.reason());
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3 })
	void noticeAStreamShorterThanItsContentLength(int deltas) {
		byte[] head = """
				HTTP/1.1 200 OK\r
				Content-Type: application/vnd.amazon.eventstream\r
				Content-Length: 5000\r
				\r
				""".getBytes(StandardCharsets.US_ASCII);

		Pair<Outcome> read = transports.streams(deltas, (latch) -> (exchange) -> {
			exchange.socket(head);
			for (int i = 0; i < deltas; i++) {
				exchange.socket(StreamCorpus.delta(0, "{\"text\":\"x\"}").frame());
			}
			exchange.await(latch).fin();
		});

		assertThat(read.wire()).isEqualTo(read.sdk());
		assertThat(read.wire().events()).hasSize(deltas);
		assertThat(read.wire().reason()).isEqualTo((deltas > 0) ? Reason.BROKEN : Reason.CONNECTION);
	}

	@Test
	void refuseAStreamThatIsNone() {
		Pair<Outcome> read = transports.streams(0, (_) -> (exchange) -> exchange.json(200, "{}"));

		assertThat(read.wire()).isEqualTo(read.sdk());
		assertThat(read.wire().reason()).isEqualTo(Reason.BROKEN);
	}

	@TestFactory
	Stream<DynamicTest> noticeTheSameFaultOfAReply() {
		return each(ReplyFaults.faults(), (fault, _) -> {
			Pair<Outcome> read = transports.replies(fault);

			assertThat(read.wire().reason()).isNotNull().isEqualTo(read.sdk().reason());
		});
	}

	@TestFactory
	Stream<DynamicTest> understandTheSameError() {
		return each(ErrorCorpus.errors(), (error, _) -> {
			Pair<Outcome> sync = transports.replies(error);
			Pair<Outcome> streaming = transports.streams(0, (_) -> error);

			assertThat(sync.wire().reason()).isNotNull().isEqualTo(sync.sdk().reason());
			assertThat(streaming).isEqualTo(sync);
		});
	}

	private static void send(FakeExchange exchange, List<Event> events, Dice dice) {
		int bytes = events.stream().mapToInt((event) -> event.json().length()).sum();
		exchange.fragment((bytes < 10_000) ? dice.oneOf(1, 7, 100, 1_000, Integer.MAX_VALUE) : dice.oneOf(500, 5_000));
		if (dice.chance(0.5)) {
			exchange.burst(() -> StreamCorpus.send(events, exchange));
		}
		else {
			StreamCorpus.send(events, exchange);
		}
	}

	private static Map<String, Object> view(RecordedRequest request) throws GeneralSecurityException {
		SignatureV4 signature = SignatureV4.of(request);
		assertThat(signature.signature()).isEqualTo(signature.expected(request, "local"));
		assertThat(signature.signedHeaders().split(";")).contains("host", "x-amz-date", "content-type");
		assertThat(request.headers()).doesNotContainKey("accept");
		return Map.of("method", request.method(), "path", request.path(), "body", Dice.JSON.readTree(request.text()),
				"content-type", request.header("content-type"), "host", request.header("host"), "attempt",
				request.header("amz-sdk-request"), "scope", signature.scope().replaceFirst("\\d{8}", "today"));
	}

	private interface Case<T> {

		void check(T value, int index) throws Exception;

	}

	private static <T> Stream<DynamicTest> each(Map<String, T> cases, Case<T> test) {
		List<Map.Entry<String, T>> entries = List.copyOf(cases.entrySet());
		return IntStream.range(0, entries.size())
			.mapToObj((index) -> DynamicTest.dynamicTest(entries.get(index).getKey(),
					() -> test.check(entries.get(index).getValue(), index)));
	}

}
