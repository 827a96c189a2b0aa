package dev.sluice.api;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.sluice.SluiceApplication;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeBedrockInitializer;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.HttpSocket;
import dev.sluice.testing.LocalDynamo;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.SseClient.Event;
import dev.sluice.testing.StompClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class GracefulShutdownTests {

	private static final Duration GRACE = Duration.ofSeconds(3);

	private final FakeBedrock bedrock = FakeBedrockInitializer.BEDROCK;

	private ConfigurableApplicationContext application;

	private Gateway gateway;

	@BeforeEach
	void start() {
		this.application = new SpringApplicationBuilder(SluiceApplication.class).profiles("local")
			.initializers(new FakeBedrockInitializer(), new LocalDynamo())
			.run("--server.port=0", "--sluice.model.provider=bedrock", "--sluice.guardrail.default-policy=none",
					"--sluice.generation.shutdown-grace=3s");
		this.gateway = new Gateway(((WebServerApplicationContext) this.application).getWebServer().getPort());
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.bedrock.reset();
	}

	@Test
	void letsGenerationsFinishAndTellsTheOthersThatTheyFail() throws Exception {
		CountDownLatch closing = new CountDownLatch(1);
		for (int i = 0; i < 25; i++) {
			this.bedrock.answer((exchange) -> {
				exchange.startStream().messageStart().delta("a").await(closing).delta("b");
				exchange.pause(Duration.ofMillis(300)).delta("c").messageStop("end_turn").metadata(1, 3);
			});
		}
		this.bedrock.answerByDefault((exchange) -> exchange.startStream().messageStart().delta("a").hang());
		List<SseClient> finishing = streams(20);
		List<StompClient> finishingSockets = sockets(5);
		List<SseClient> late = streams(20);
		List<StompClient> lateSockets = sockets(5);
		CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(
				() -> this.gateway.generate(Gateway.HI, "Prefer", "respond-async, wait=60"),
				Thread::startVirtualThread);
		await().until(() -> this.bedrock.requests().size() == 51);

		long start = System.nanoTime();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.application::close);
		await().until(() -> this.gateway.generate(Gateway.HI).statusCode() == 503);
		HttpResponse<String> refused = this.gateway.generate(Gateway.HI);
		finishingSockets.getFirst().generate(Gateway.HI, "request-id:new");
		closing.countDown();

		for (SseClient client : finishing) {
			assertThat(client.all()).extracting(Event::type)
				.containsExactly("started", "delta", "delta", "delta", "completed");
		}
		for (StompClient client : finishingSockets) {
			assertThat(messages(client, "0")).isEqualTo(List.of("started", "delta", "delta", "delta", "completed"));
		}
		for (SseClient client : late) {
			assertThat(client.all()).extracting(Event::type).containsExactly("started", "delta", "failed");
			assertThat(client.events().getLast().code()).isEqualTo("model-unavailable");
		}
		for (StompClient client : lateSockets) {
			List<StompClient.Frame> frames = client.untilEnd();
			assertThat(frames.getLast().json().path("code").asString()).isEqualTo("model-unavailable");
			assertThat(client.closeCode()).isBetween(1000, 1001);
		}
		assertThat(waiting.get().statusCode()).isEqualTo(503);
		assertThat(Gateway.masked(waiting.get().body())).contains("\"code\":\"model-unavailable\"",
				"\"detail\":\"The service is shutting down\"");
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		assertThat(Gateway.masked(refused.body())).isEqualTo(
				"""
						{"type":"urn:sluice:problem:model-unavailable","title":"The model is not available for now","status":503,\
						"code":"model-unavailable","detail":"The service is shutting down","retryAfter":2,"traceId":"TRACE"}""");
		closed.get();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(GRACE, GRACE.plusSeconds(4));
		assertThat(this.bedrock.requests()).hasSize(51);
		await().until(() -> this.bedrock.answering() == 0);
	}

	@Test
	void stopsAtOnceWhenNothingRuns() throws Exception {
		this.gateway.stream(Gateway.HI).all();
		this.gateway.generate(Gateway.HI);
		StompClient idle = this.gateway.stomp();
		HttpSocket keptAlive = this.gateway.socket();
		keptAlive.send(HttpSocket.request("GET", "/v1/generations/none", null));
		keptAlive.response();

		long start = System.nanoTime();
		this.application.close();

		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		assertThat(idle.closeCode()).isBetween(1000, 1001);
		assertThat(keptAlive.head()).isNull();
	}

	@Test
	void doesNotWaitForReadersOfAnAnswerThatIsComplete() {
		CountDownLatch closing = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(closing).whole(8));
		CompletableFuture<HttpResponse<String>> answer = CompletableFuture
			.supplyAsync(() -> this.gateway.generate(Gateway.HI), Thread::startVirtualThread);
		await().until(() -> this.bedrock.requests().size() == 1);

		long start = System.nanoTime();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.application::close);
		await().until(() -> this.gateway.generate(Gateway.HI).statusCode() == 503);
		closing.countDown();

		assertThat(answer.join().statusCode()).isEqualTo(200);
		closed.join();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
	}

	private List<SseClient> streams(int count) throws InterruptedException {
		List<SseClient> clients = IntStream.range(0, count).mapToObj((_) -> this.gateway.stream(Gateway.HI)).toList();
		for (SseClient client : clients) {
			client.next(2);
		}
		return clients;
	}

	private List<StompClient> sockets(int count) throws InterruptedException {
		List<StompClient> clients = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			clients.add(this.gateway.stomp().generate("""
					{"messages":[{"role":"user","content":"hi"}],"delivery":"stream"}""", "request-id:0"));
		}
		await().until(() -> clients.stream().allMatch((client) -> client.untaken().size() == 2));
		return clients;
	}

	/** The types of the messages about a request, its end among them. */
	private static List<String> messages(StompClient client, String requestId) throws InterruptedException {
		List<String> types = new ArrayList<>();
		while (types.isEmpty() || !types.getLast().equals("completed")) {
			StompClient.Frame frame = client.next();
			if (requestId.equals(frame.header("request-id"))) {
				types.add(frame.type());
			}
			else {
				assertThat(frame.json().path("code").asString()).isEqualTo("model-unavailable");
			}
		}
		return types;
	}

}
