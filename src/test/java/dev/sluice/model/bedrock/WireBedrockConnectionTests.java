package dev.sluice.model.bedrock;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.bedrock.BedrockProperties.Transport;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.RecordedRequest;
import dev.sluice.testing.RecordingSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class WireBedrockConnectionTests {

	private static final BedrockProperties PROPERTIES = new BedrockProperties(Transport.WIRE, 65_535,
			Duration.ofSeconds(5));

	private final FakeBedrock fake = new FakeBedrock();

	private final WireBedrockClient client = client(this.fake.uri());

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	@AfterEach
	void close() throws Exception {
		this.threads.shutdownNow();
		this.client.close();
		this.fake.close();
	}

	@Test
	void keepsTheConnectionForTheNextCall() {
		for (int i = 0; i < 5; i++) {
			assertThat(stream().text()).isEqualTo(FakeBedrock.text(FakeBedrock.DELTAS));
			this.client.converse(request("m"), scope());
			this.fake.answer((exchange) -> exchange.error(400, "ValidationException", "No"));
			assertFails(Reason.REJECTED, this::stream);
		}

		assertThat(this.fake.requests()).hasSize(15);
		assertThat(this.fake.acceptedConnections()).isOne();
	}

	@Test
	void callsAgainOnANewConnectionWhenTheOldOneHasBeenClosed() {
		this.fake.answer((exchange) -> exchange.whole(1).fin());

		stream();
		// The closing may be seen too late, in which case the call fails and isn't
		// repeated.
		try {
			stream();
		}
		catch (ModelException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.CONNECTION);
		}

		assertThat(stream().text()).isEqualTo(FakeBedrock.text(FakeBedrock.DELTAS));
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 500, 502, 503, 504, 401, 407, 302 })
	void sendsARequestOnce(int status) {
		this.fake.answer((exchange) -> exchange
			.socket(("HTTP/1.1 " + status + " X\r\nLocation: /x\r\nWWW-Authenticate: Basic realm=x\r\n"
					+ "Retry-After: 0\r\nContent-Length: 0\r\n\r\n")
				.getBytes()));

		assertThatExceptionOfType(ModelException.class).isThrownBy(this::stream);

		assertThat(this.fake.requests()).hasSize(1);
	}

	@Test
	void sendsWhatTheSdkSends() {
		stream();

		RecordedRequest request = this.fake.requests().getFirst();
		assertThat(request.method()).isEqualTo("POST");
		assertThat(request.headers()).containsOnlyKeys("host", "content-type", "content-length", "user-agent",
				"amz-sdk-invocation-id", "amz-sdk-request", "authorization", "x-amz-date", "x-amz-content-sha256",
				"connection");
		assertThat(request.header("host")).isEqualTo(this.fake.uri().getAuthority());
		assertThat(request.header("content-type")).isEqualTo("application/json");
		assertThat(request.header("amz-sdk-request")).isEqualTo("attempt=1; max=1");
		assertThat(request.header("user-agent")).isEqualTo("sluice");
	}

	@Test
	void encodesTheModelAsOneSegmentAndKeepsTheBasePath() throws Exception {
		try (WireBedrockClient client = client(URI.create(this.fake.uri() + "/gateway/"))) {
			client.converse(request("arn:aws:bedrock:eu-central-1:1:inference-profile/eu.x-v1:0"), scope());
		}

		assertThat(this.fake.requests().getFirst().path()).isEqualTo(
				"/gateway/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Feu.x-v1%3A0/converse");
	}

	@Test
	void flushesOncePerBurstAndOncePerPacedEvent() {
		CountDownLatch flushed = new CountDownLatch(2);
		RecordingSink sink = new RecordingSink() {

			@Override
			public void flush() {
				super.flush();
				flushed.countDown();
			}

		};
		this.fake.answer((exchange) -> {
			exchange.startStream();
			exchange.burst(() -> exchange.messageStart().delta("a").delta("b").delta("c"));
			exchange.pause(Duration.ofMillis(50)).delta("d").await(flushed);
			exchange.burst(() -> exchange.delta("e").blockStop(0).messageStop("end_turn").metadata(1, 1).end());
		});

		this.client.converseStream(request("m"), sink, scope());

		assertThat(sink.flushes()).containsExactly(3, 4, 6);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 50 })
	void readsAStreamHoweverItIsCutIntoPieces(int bytes) {
		this.fake.answer((exchange) -> exchange.fragment(bytes).whole(5));

		assertThat(stream().text()).isEqualTo(FakeBedrock.text(5));
	}

	@Test
	void takesNoStreamForCompleteThatIsCut() {
		byte[] stream = FakeFrames.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"x\"}}");
		byte[] stop = FakeFrames.event("messageStop", "{\"stopReason\":\"end_turn\"}");

		for (int length = 0; length <= stream.length + stop.length; length += 3) {
			byte[] cut = Arrays.copyOf(stream, Math.min(length, stream.length));
			byte[] rest = Arrays.copyOf(stop, Math.max(0, length - stream.length));
			boolean properEnd = length % 2 == 0;
			this.fake.answer((exchange) -> {
				exchange.startStream().raw(cut).raw(rest);
				if (!properEnd) {
					exchange.fin();
				}
			});
			assertFails((length < stream.length) ? Reason.CONNECTION : Reason.BROKEN, this::stream);
		}
	}

	@Test
	void takesAnAnswerForCompleteWhateverFollowsIt() {
		this.fake.answer((exchange) -> exchange.whole(1));
		this.fake.answer((exchange) -> finish(exchange).corruptFrame());
		this.fake.answer((exchange) -> finish(exchange).reset());
		this.fake.answer((exchange) -> finish(exchange).exception("throttlingException", "too late"));

		for (int i = 0; i < 4; i++) {
			assertThat(stream().events()).last().isInstanceOf(ModelEvent.Finished.class);
		}
	}

	@Test
	void closesAConnectionThatStaysOpenAfterACompleteAnswer() throws Exception {
		this.fake.answer((exchange) -> finish(exchange).hang());
		long start = System.nanoTime();

		RecordingSink sink = stream();

		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(500),
				Duration.ofSeconds(3));
		assertThat(sink.flushes()).endsWith(2);
		assertThat(this.fake.take().closedByClient()).succeedsWithin(1, TimeUnit.SECONDS);
	}

	@Test
	void waitsForNothingAfterACompleteReply() throws Exception {
		this.fake.answer((exchange) -> exchange.startStream("application/json")
			.raw(FakeFrames.reply("x", "end_turn", 1, 1).getBytes())
			.hang());

		Future<?> call = this.threads.submit(() -> this.client.converse(request("m"), scope()));

		call.get(5, TimeUnit.SECONDS);
		assertThat(this.fake.take().closedByClient()).succeedsWithin(1, TimeUnit.SECONDS);
	}

	@Test
	void waitsForNothingAfterABrokenAnswer() throws Exception {
		this.fake
			.answer((exchange) -> exchange.startStream("application/json").raw("{\"output\": ]".getBytes()).hang());
		this.fake.answer((exchange) -> exchange.startStream().corruptFrame().hang());

		Future<?> reply = this.threads
			.submit(() -> assertFails(Reason.BROKEN, () -> this.client.converse(request("m"), scope())));
		assertThat(this.fake.take().closedByClient()).succeedsWithin(2, TimeUnit.SECONDS);
		Future<?> stream = this.threads.submit(() -> assertFails(Reason.BROKEN, this::stream));
		assertThat(this.fake.take().closedByClient()).succeedsWithin(2, TimeUnit.SECONDS);

		reply.get(1, TimeUnit.SECONDS);
		stream.get(1, TimeUnit.SECONDS);
	}

	@Test
	void refusesAnAnswerThatIsNoStream() {
		this.fake.answer((exchange) -> exchange.json(200, "{}"));

		assertFails(Reason.BROKEN, this::stream);
	}

	@Test
	void readsABoundedPieceOfAnErrorBody() {
		this.fake.answer((exchange) -> exchange.json(400, "{\"x\":\"" + "y".repeat(10_000_000) + "\"}"));

		assertFails(Reason.REJECTED, this::stream);
	}

	@Test
	void failsForTheConnectionWhenNobodyListens() throws Exception {
		int port;
		try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = nobody.getLocalPort();
		}
		try (WireBedrockClient client = client(URI.create("http://127.0.0.1:" + port))) {
			assertFails(Reason.CONNECTION, () -> client.converse(request("m"), scope()));
		}
		try (WireBedrockClient client = client(URI.create("http://bedrock.invalid"))) {
			assertFails(Reason.CONNECTION, () -> client.converse(request("m"), scope()));
		}
	}

	@Test
	void cancelsWhileItConnects() throws Exception {
		List<Socket> queue = new ArrayList<>();
		try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				WireBedrockClient client = client(URI.create("http://127.0.0.1:" + full.getLocalPort()))) {
			for (int i = 0; i < 4; i++) {
				Socket socket = new Socket();
				queue.add(socket);
				this.threads.submit(() -> {
					socket.connect(full.getLocalSocketAddress());
					return null;
				});
			}
			CallScope scope = scope();
			Future<?> call = this.threads.submit(() -> client.converse(request("m"), scope));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> call.get(300, TimeUnit.MILLISECONDS));

			scope.cancel();

			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> call.get(1, TimeUnit.SECONDS))
				.havingCause()
				.isInstanceOfSatisfying(ModelException.class,
						(ex) -> assertThat(ex.reason()).isEqualTo(Reason.CANCELLED));
		}
		for (Socket socket : queue) {
			socket.close();
		}
	}

	@Test
	void endsTheCallOfAnInterruptedThread() throws Exception {
		this.fake.answer(FakeExchange::hang);

		Future<?> call = this.threads.submit(() -> assertFails(Reason.CANCELLED, this::stream));
		RecordedRequest request = this.fake.take();
		this.threads.shutdownNow();

		call.get(5, TimeUnit.SECONDS);
		assertThat(request.closedByClient()).succeedsWithin(1, TimeUnit.SECONDS);
	}

	@Test
	void runsHundredsOfStreamsAtATime() throws Exception {
		int streams = 200;
		CountDownLatch all = new CountDownLatch(streams);
		this.fake.answerByDefault((exchange) -> {
			all.countDown();
			exchange.startStream().messageStart().delta("x").await(all).messageStop("end_turn").metadata(1, 1);
		});

		List<Future<RecordingSink>> calls = new ArrayList<>();
		for (int i = 0; i < streams; i++) {
			calls.add(this.threads.submit(() -> stream()));
		}

		for (Future<RecordingSink> call : calls) {
			assertThat(call.get(20, TimeUnit.SECONDS).text()).isEqualTo("x");
		}
		assertThat(this.fake.acceptedConnections()).isEqualTo(streams);
	}

	@Test
	void keepsToTheMostConnectionsAllowed() throws Exception {
		AtomicInteger most = new AtomicInteger();
		this.fake.answerByDefault((exchange) -> {
			most.accumulateAndGet(this.fake.openConnections(), Math::max);
			exchange.whole(1);
		});

		try (WireBedrockClient client = new WireBedrockClient(
				new BedrockProperties(Transport.WIRE, 2, Duration.ofSeconds(5)), endpoint(this.fake.uri()))) {
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				calls.add(this.threads.submit(() -> client.converse(request("m"), scope())));
			}
			for (Future<?> call : calls) {
				call.get(10, TimeUnit.SECONDS);
			}
		}

		assertThat(most).hasValueLessThanOrEqualTo(2);
	}

	@Test
	void mapsStopReasons() {
		Map<String, FinishReason> reasons = Map.of("end_turn", FinishReason.END_TURN, "tool_use", FinishReason.TOOL_USE,
				"max_tokens", FinishReason.MAX_TOKENS, "stop_sequence", FinishReason.STOP_SEQUENCE,
				"guardrail_intervened", FinishReason.GUARDRAIL, "content_filtered", FinishReason.CONTENT_FILTERED,
				"malformed_model_output", FinishReason.MALFORMED_OUTPUT, "malformed_tool_use",
				FinishReason.MALFORMED_OUTPUT, "model_context_window_exceeded", FinishReason.CONTEXT_WINDOW_EXCEEDED,
				"brand_new", new FinishReason("brand_new"));

		reasons.forEach((stopReason, expected) -> {
			this.fake.answer((exchange) -> exchange.json(200, FakeFrames.reply("x", stopReason, 1, 1)));
			assertThat(this.client.converse(request("m"), scope()).finishReason()).isEqualTo(expected);
		});
	}

	private static FakeExchange finish(FakeExchange exchange) {
		exchange.startStream().messageStart().delta("x");
		return exchange.blockStop(0).messageStop("end_turn").metadata(1, 1);
	}

	static WireBedrockClient client(URI uri) {
		return new WireBedrockClient(PROPERTIES, endpoint(uri));
	}

	private static BedrockEndpoint endpoint(URI uri) {
		return new BedrockEndpoint(uri, Region.EU_CENTRAL_1, true);
	}

	static ModelRequest request(String modelId) {
		return new ModelRequest(modelId, null, List.of(Message.user("Hello?")), Parameters.DEFAULTS, Map.of());
	}

	static CallScope scope() {
		return CallScope.lasting(Duration.ofMinutes(1));
	}

	private RecordingSink stream() {
		RecordingSink sink = new RecordingSink();
		this.client.converseStream(request("m"), sink, scope());
		return sink;
	}

	private static void assertFails(Reason reason, Runnable call) {
		assertThatExceptionOfType(ModelException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.reason()).as(ex.toString()).isEqualTo(reason));
	}

}
