package dev.sluice.api.sse;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.api.DoorTests;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.RecordedRequest;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.SseClient.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SseDoorTests extends DoorTests {

	@Test
	void writesEventsAsTheSpecificationWants() {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("Hel")
			.delta("lo \"you\"\n\u2028 wörld 👋\u0000")
			.blockStop(0)
			.messageStop("end_turn")
			.metadata(812, 96));

		SseClient client = this.gateway.stream(HI);

		client.all();
		assertThat(Gateway.masked(client.wire())).isEqualTo(
				"""
						id: 1
						event: started
						data: {"id":"gen_ID","model":"fast"}

						id: 2
						event: delta
						data: {"text":"Hel"}

						id: 3
						event: delta
						data: {"text":"lo \\"you\\"\\n\u2028 wörld 👋\\u0000"}

						id: 4
						event: completed
						data: {"finishReason":"end_turn","usage":{"inputTokens":812,"outputTokens":96,"cacheReadTokens":0,\
						"cacheWriteTokens":0,"cost":{"amount":"0.001292","currency":"USD"}},"guardrail":{"action":"none","findings":[]}}

						""");
	}

	@Test
	void writesToolCallsAndReasoning() {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta(0, "{\"reasoningContent\":{\"text\":\"Hm\"}}")
			.delta(0, "{\"reasoningContent\":{\"signature\":\"c2ln\"}}")
			.blockStop(0)
			.toolUse(1, "t1", "weather", "{\"city\":", "\n\"Köln\"}")
			.messageStop("tool_use")
			.metadata(3, 2));

		List<Event> events = this.gateway.stream(HI).all();

		assertThat(events).extracting(Event::type)
			.startsWith("started", "reasoning")
			.endsWith("tool_call", "completed");
		assertThat(events.get(1).data()).isEqualTo("{\"text\":\"Hm\"}");
		Event call = events.get(events.size() - 2);
		assertThat(call.json().path("id").asString()).isEqualTo("t1");
		assertThat(call.json().path("input").path("city").asString()).isEqualTo("Köln");
	}

	@Test
	void keepsProxiesFromBufferingAndCaching() {
		SseClient client = this.gateway.stream(HI);

		client.all();
		assertThat(client.head().status()).isEqualTo(200);
		assertThat(client.head().header("Content-Type")).isEqualTo("text/event-stream;charset=UTF-8");
		assertThat(client.head().header("Cache-Control")).isEqualTo("no-cache, no-transform");
		assertThat(client.head().header("X-Accel-Buffering")).isEqualTo("no");
		assertThat(client.head().header("X-Trace-Id")).matches("[0-9a-f]{32}");
		assertThat(client.head().header("Location")).matches("/v1/generations/gen_[0-9a-z]{26}");
		assertThat(client.events().getFirst().json().path("id").asString()).isEqualTo(client.generation());
	}

	@Test
	void passesDeltasOnWhileBedrockIsStillSending() throws Exception {
		List<CountDownLatch> steps = Stream.generate(() -> new CountDownLatch(1)).limit(4).toList();
		this.bedrock.answer((exchange) -> {
			exchange.await(steps.getFirst()).startStream().messageStart();
			for (int i = 1; i < 4; i++) {
				exchange.await(steps.get(i)).delta("w" + i);
			}
			exchange.messageStop("end_turn").metadata(1, 3);
		});

		SseClient client = this.gateway.stream(HI);

		assertThat(client.next().type()).isEqualTo("started");
		steps.getFirst().countDown();
		for (int i = 1; i < 4; i++) {
			assertThat(client.events()).hasSize(i);
			steps.get(i).countDown();
			assertThat(client.next().data()).isEqualTo("{\"text\":\"w" + i + "\"}");
		}
		assertThat(client.next().type()).isEqualTo("completed");
		client.all();
	}

	@Test
	void keepsASilentStreamAliveByComments() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("x")
			.await(go)
			.messageStop("end_turn")
			.metadata(1, 1));

		SseClient client = this.gateway.stream(HI);
		client.next(2);
		await().until(() -> client.comments() >= 2);
		go.countDown();

		assertThat(client.all()).extracting(Event::type).containsExactly("started", "delta", "completed");
		assertThat(client.wire()).contains("\n\n: keep-alive\n\n: keep-alive\n\n");
	}

	@Test
	void staysAliveBeforeTheFirstToken() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(1));

		SseClient client = this.gateway.stream(HI);
		await().until(() -> client.comments() >= 1);
		go.countDown();

		assertThat(client.all()).extracting(Event::type).containsExactly("started", "delta", "completed");
	}

	@Test
	void stopsTheModelWhenTheClientLeaves() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("x").hang());
		SseClient client = this.gateway.stream(HI);
		client.next(2);
		RecordedRequest upstream = this.bedrock.take();

		client.close();

		assertClosedAtOnce(upstream);
		await().until(() -> this.gateway.generation(client.generation()).path("status").asString().equals("cancelled"));
	}

	@Test
	void tellsAClientThatStillReadsHowItEnded() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("x").hang());
		SseClient client = this.gateway.stream(HI);
		client.next(2);
		RecordedRequest upstream = this.bedrock.take();

		client.shutdownOutput();

		assertClosedAtOnce(upstream);
		assertThat(client.all()).extracting(Event::type).containsExactly("started", "delta", "cancelled");
	}

	@Test
	void runsOnWhenTheClientPrefersAnAsynchronousAnswer() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(3));
		SseClient client = this.gateway.stream(HI, "Prefer: respond-async");
		client.next();
		RecordedRequest upstream = this.bedrock.take();

		client.reset();
		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
		go.countDown();

		assertThat(this.gateway.follow(client.generation()).all()).extracting(Event::type).endsWith("completed");
	}

	@Test
	void stopsTheModelWhenTheClientResetsBeforeTheFirstToken() throws Exception {
		this.bedrock.answer((exchange) -> exchange.hang());
		SseClient client = this.gateway.stream(HI);
		client.next();
		RecordedRequest upstream = this.bedrock.take();

		client.reset();

		assertClosedAtOnce(upstream);
	}

	/**
	 * The web server uses the objects of a request again, while the thread that found the
	 * connection gone may not be done with them.
	 */
	@Test
	void aClientThatResetsHarmsNobodyElse() throws Exception {
		for (int round = 0; round < 12; round++) {
			this.bedrock.answerByDefault((exchange) -> exchange.hang());
			List<SseClient> leaving = IntStream.range(0, 8).mapToObj((_) -> this.gateway.stream(HI)).toList();
			for (SseClient client : leaving) {
				client.next();
			}
			leaving.forEach(SseClient::reset);
			awaitRunning(0);
			this.bedrock.answerByDefault((exchange) -> exchange.whole(8));

			List<SseClient> staying = IntStream.range(0, 8).mapToObj((_) -> this.gateway.stream(HI)).toList();

			for (SseClient client : staying) {
				assertThat(client.all()).extracting(Event::type).hasSize(10).endsWith("completed");
			}
		}
	}

	@Test
	void stopsABusyModelWhenTheClientLeaves() throws Exception {
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			while (!exchange.request().closedByClient().isDone()) {
				exchange.delta("x".repeat(100)).pause(Duration.ofMillis(1));
			}
		});
		SseClient client = this.gateway.stream(HI);
		client.next(20);
		RecordedRequest upstream = this.bedrock.take();

		client.reset();

		assertClosedAtOnce(upstream);
	}

	@Test
	void stopsTheModelOnlyWhenTheLastReaderLeaves() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("x").hang());
		SseClient first = this.gateway.stream(HI);
		first.next(2);
		SseClient second = this.gateway.follow(first.generation());
		second.next(2);
		RecordedRequest upstream = this.bedrock.take();

		first.close();
		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
		second.close();

		assertClosedAtOnce(upstream);
	}

	@Test
	void tellsItsReadersThatAGenerationWasStopped() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("Hello").hang());
		SseClient client = this.gateway.stream(HI);
		client.next(2);

		this.gateway.delete("/v1/generations/" + client.generation());

		assertThat(client.all()).extracting(Event::type).containsExactly("started", "delta", "cancelled");
		assertThat(client.events().getLast().data()).isEqualTo("""
				{"usage":{"inputTokens":1,"outputTokens":2,"cacheReadTokens":0,"cacheWriteTokens":0,\
				"estimated":true,"cost":{"amount":"0.000011","currency":"USD"}}}""");
		assertClosedAtOnce(this.bedrock.take());
	}

	@Test
	void resumesWithoutGapOrRepeat() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart().delta("a").delta("b").delta("c").await(go);
			exchange.delta("d").delta("e").messageStop("end_turn").metadata(1, 5);
		});
		SseClient first = this.gateway.stream(HI_AND_FINISH);
		List<Event> seen = first.next(3);
		RecordedRequest upstream = this.bedrock.take();
		first.reset();
		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);

		SseClient second = this.gateway.follow(first.generation(), "Last-Event-ID: 3");
		SseClient third = this.gateway.followAfter(first.generation(), 3);
		assertThat(second.next().data()).isEqualTo("{\"text\":\"c\"}");
		go.countDown();

		List<Event> whole = this.gateway.follow(first.generation()).all();
		assertThat(whole).extracting(Event::id).containsExactly("1", "2", "3", "4", "5", "6", "7");
		assertThat(whole).extracting(Event::type)
			.containsExactly("started", "delta", "delta", "delta", "delta", "delta", "completed");
		assertThat(seen).isEqualTo(whole.subList(0, 3));
		assertThat(second.all()).isEqualTo(whole.subList(3, 7));
		assertThat(third.all()).isEqualTo(whole.subList(3, 7));
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	@Test
	void resumesAfterTheEnd() {
		SseClient client = this.gateway.stream(HI);
		List<Event> whole = client.all();

		for (int after = 0; after < whole.size(); after++) {
			List<Event> missed = whole.subList(after, whole.size());
			assertThat(this.gateway.follow(client.generation(), "Last-Event-ID: " + after).all()).isEqualTo(missed);
			assertThat(this.gateway.followAfter(client.generation(), after).all()).isEqualTo(missed);
		}
	}

	@Test
	void prefersTheHeaderThatABrowserSendsAgain() {
		SseClient client = this.gateway.stream(HI);
		List<Event> whole = client.all();

		SseClient resumed = SseClient.follow(this.gateway.port(),
				"/v1/generations/" + client.generation() + "/events?after=1", "Last-Event-ID: 7");

		assertThat(resumed.all()).isEqualTo(whole.subList(7, whole.size()));
	}

	@Test
	void tellsThatNothingIsLeft() {
		SseClient client = this.gateway.stream(HI);
		int last = client.all().size();

		SseClient resumed = this.gateway.followAfter(client.generation(), last);

		assertThat(resumed.head().status()).isEqualTo(204);
		assertThat(resumed.wire()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "-1", "1.5", "0x1", "11", "9223372036854775808", "99999999999999999999", "1 2", "+1",
			"١" })
	void refusesAPositionThatIsNone(String position) {
		SseClient client = this.gateway.stream(HI);
		client.all();
		String path = "/v1/generations/" + client.generation() + "/events";

		HttpResponse<String> byParameter = this.gateway
			.get(path + "?after=" + URLEncoder.encode(position, StandardCharsets.UTF_8), "Accept", "text/event-stream");
		SseClient byHeader = this.gateway.follow(client.generation(), "Last-Event-ID: " + position);

		assertThat(byParameter.statusCode()).isEqualTo(400);
		assertThat(Gateway.json(byParameter).path("code").asString()).isEqualTo("invalid-request");
		assertThat(Gateway.json(byParameter).path("field").asString()).isEqualTo("after");
		assertThat(byHeader.head().status()).isEqualTo(400);
		byHeader.ending();
		assertThat(byHeader.wire()).contains("\"code\":\"invalid-request\"", "\"field\":\"Last-Event-ID\"");
	}

	@Test
	void refusesAQueryThatCannotBeRead() {
		SseClient client = this.gateway.stream(HI);
		client.all();

		SseClient follower = this.gateway.followAfter(client.generation(), "%zz");

		assertThat(follower.head().status()).isEqualTo(400);
		follower.ending();
		assertThat(follower.wire()).contains("\"code\":\"invalid-request\"");
	}

	@Test
	void carriesHalfASurrogatePairToTheEnd() {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\\ud83d\"}}")
			.messageStop("end_turn")
			.metadata(1, 1));

		SseClient client = this.gateway.stream(HI);

		assertThat(client.all()).extracting(SseClient.Event::type).containsExactly("started", "delta", "completed");
	}

	@Test
	void refusesBeforeTheStreamAsAPlainProblem() {
		SseClient client = this.gateway.stream("{\"messages\":[]}");

		client.ending();
		assertThat(client.head().status()).isEqualTo(400);
		assertThat(client.head().header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(client.wire()).contains("\"field\":\"messages\"");
	}

	@Test
	void tellsAllReadersTheSame() throws Exception {
		AtomicInteger sent = new AtomicInteger();
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 300; i++) {
				exchange.delta("w" + i).pause(Duration.ofMillis(2));
				sent.incrementAndGet();
			}
			exchange.messageStop("end_turn").metadata(1, 300);
		});
		SseClient first = this.gateway.stream(HI);
		String id = first.generation();
		record Reader(int after, SseClient client) {
		}

		List<Reader> readers = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			int due = i * 4;
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> sent.get() >= due);
			int after = (int) (Math.random() * first.events().size());
			readers.add(new Reader(after, this.gateway.followAfter(id, after)));
		}

		List<Event> whole = first.all();
		assertThat(whole).hasSize(302);
		assertThat(whole).extracting(Event::id)
			.isEqualTo(IntStream.rangeClosed(1, 302).mapToObj(Integer::toString).toList());
		assertThat(whole.subList(1, 301)).extracting((event) -> event.json().path("text").asString())
			.isEqualTo(IntStream.range(0, 300).mapToObj((i) -> "w" + i).toList());
		for (Reader reader : readers) {
			assertThat(reader.client().all()).as("after %d", reader.after())
				.isEqualTo(whole.subList(reader.after(), whole.size()));
		}
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	/** 7 MB of events, more than the sockets' buffers take. */
	@Test
	void waitsForAReaderThatDoesNotReadWithoutSlowingTheOthers() throws Exception {
		String large = "0123456789abcdef".repeat(3000);
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 150; i++) {
				exchange.delta(i + " " + large);
			}
			exchange.messageStop("end_turn").metadata(1, 150);
		});
		SseClient fast = this.gateway.stream(HI);
		String id = fast.generation();
		List<SseClient> slow = Stream.generate(() -> this.gateway.followWithoutReading(id)).limit(3).toList();

		List<Event> whole = fast.all();

		assertThat(whole).hasSize(152);
		assertThat(this.gateway.generation(fast.generation()).path("status").asString()).isEqualTo("completed");
		slow.getFirst().reset();
		for (SseClient late : slow.subList(1, 3)) {
			late.read();
			assertThat(late.all()).isEqualTo(whole);
		}
	}

	@Test
	void letsGoOfAReaderThatNeverReads() throws Exception {
		String large = "0123456789abcdef".repeat(3000);
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 150; i++) {
				exchange.delta(large);
			}
			exchange.hang();
		});
		SseClient fast = this.gateway.stream(HI);
		SseClient slow = this.gateway.followWithoutReading(fast.generation());
		fast.next(151);
		RecordedRequest upstream = this.bedrock.take();

		fast.close();
		assertThat(upstream.closedByClient()).failsWithin(Duration.ofMillis(700));
		slow.reset();

		assertClosedAtOnce(upstream);
	}

	@Test
	void streamsManyAtOnce() {
		this.bedrock.answerByDefault((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 20; i++) {
				exchange.delta(FakeBedrock.delta(i)).pause(Duration.ofMillis(20));
			}
			exchange.messageStop("end_turn").metadata(1, 20);
		});

		List<SseClient> clients = IntStream.range(0, 100).mapToObj((_) -> this.gateway.stream(HI)).toList();

		for (SseClient client : clients) {
			assertThat(client.all()).extracting(Event::id)
				.isEqualTo(IntStream.rangeClosed(1, 22).mapToObj(Integer::toString).toList());
		}
		assertThat(clients).extracting(SseClient::generation).doesNotHaveDuplicates();
		assertThat(this.bedrock.requests()).hasSize(100);
	}

	@Test
	void leavesTheConnectionToBedrockForTheNext() {
		this.gateway.stream(HI).all();
		await().until(() -> this.bedrock.answering() == 0);
		int before = this.bedrock.acceptedConnections();

		for (int i = 0; i < 20; i++) {
			this.gateway.stream(HI).all();
		}

		assertThat(this.bedrock.acceptedConnections() - before).isLessThanOrEqualTo(2);
	}

}
