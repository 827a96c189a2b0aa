package dev.sluice.api.stomp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.sluice.api.DoorTests;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.RecordedRequest;
import dev.sluice.testing.SseClient;
import dev.sluice.testing.StompClient;
import dev.sluice.testing.StompClient.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StompDoorTests extends DoorTests {

	private static final String STREAM = """
			{"messages":[{"role":"user","content":"hi"}],"delivery":"stream"}""";

	@Test
	void deliversTheWholeAnswer() throws Exception {
		StompClient client = this.gateway.stomp().generate(HI, "request-id:r1");

		Frame accepted = client.next();
		Frame completed = client.next();

		assertThat(accepted.command()).isEqualTo("MESSAGE");
		assertThat(accepted.headers()).containsEntry("subscription", "sub-0")
			.containsEntry("destination", StompClient.ANSWERS)
			.containsEntry("request-id", "r1")
			.containsEntry("content-type", "application/json")
			.containsKey("message-id");
		assertThat(Gateway.masked(accepted.body())).isEqualTo("""
				{"type":"accepted","generationId":"gen_ID","requestId":"r1","status":"running","model":"fast"}""");
		assertThat(Gateway.masked(completed.body())).isEqualTo("""
				{"generationId":"gen_ID","requestId":"r1","type":"completed","sequence":10,"finishReason":"end_turn",\
				"usage":{"inputTokens":11,"outputTokens":8,"cacheReadTokens":0,"cacheWriteTokens":0,\
				"cost":{"amount":"0.000051","currency":"USD"}},\
				"guardrail":{"action":"none","findings":[]},"output":{"role":"assistant",\
				"content":[{"type":"text","text":"%1$s"}],"text":"%1$s"}}""".formatted(FakeBedrock.text(8)));
		assertThat(completed.json().path("generationId")).isEqualTo(accepted.json().path("generationId"));
		assertThat(completed.header("request-id")).isEqualTo("r1");
		assertThat(completed.header("message-id")).isNotEqualTo(accepted.header("message-id"));
		assertNothingFollows(client);
	}

	@Test
	void deliversEveryEvent() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("Hel")
			.delta("lo")
			.messageStop("end_turn")
			.metadata(812, 96));

		StompClient client = this.gateway.stomp().generate(STREAM, "request-id:7");

		assertThat(client.untilEnd()).extracting((frame) -> Gateway.masked(frame.body()))
			.containsExactly(
					"""
							{"generationId":"gen_ID","requestId":"7","type":"started","sequence":1,"id":"gen_ID","model":"fast"}""",
					"""
							{"generationId":"gen_ID","requestId":"7","type":"delta","sequence":2,"text":"Hel"}""", """
							{"generationId":"gen_ID","requestId":"7","type":"delta","sequence":3,"text":"lo"}""",
					"""
							{"generationId":"gen_ID","requestId":"7","type":"completed","sequence":4,\
							"finishReason":"end_turn","usage":{"inputTokens":812,"outputTokens":96,"cacheReadTokens":0,\
							"cacheWriteTokens":0,"cost":{"amount":"0.001292","currency":"USD"}},"guardrail":{"action":"none","findings":[]}}""");
		assertNothingFollows(client);
	}

	@Test
	void deliversDeltasWhileBedrockIsStillSending() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("a")
			.await(go)
			.delta("b")
			.messageStop("end_turn")
			.metadata(1, 2));

		StompClient client = this.gateway.stomp().generate(STREAM);
		client.next();
		Frame first = client.next();
		go.countDown();

		assertThat(first.json().path("text").asString()).isEqualTo("a");
		assertThat(first.json().has("requestId")).isFalse();
		assertThat(first.header("request-id")).isNull();
		assertThat(client.untilEnd()).extracting(Frame::type).containsExactly("delta", "completed");
	}

	@Test
	void keepsManyGenerationsOfOneClientApart() throws Exception {
		this.bedrock.answerByDefault((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 20; i++) {
				exchange.delta("w" + i).pause(Duration.ofMillis(5));
			}
			exchange.messageStop("end_turn").metadata(1, 20);
		});
		StompClient client = this.gateway.stomp();

		for (int i = 0; i < 20; i++) {
			client.generate(STREAM, "request-id:" + i);
		}

		int ends = 0;
		int[] next = new int[20];
		while (ends < 20) {
			Frame frame = client.next();
			int request = Integer.parseInt(frame.header("request-id"));
			assertThat(frame.json().path("requestId").asString()).isEqualTo("" + request);
			assertThat(frame.json().path("sequence").asInt()).isEqualTo(++next[request]);
			ends += frame.type().equals("completed") ? 1 : 0;
		}
		assertThat(next).containsOnly(22);
		assertNothingFollows(client);
	}

	@ParameterizedTest
	@ValueSource(strings = { "stream", "response" })
	void stopsAGenerationThatIsCancelled(String delivery) throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("Hello").hang());
		StompClient client = this.gateway.stomp().generate(STREAM.replace("stream", delivery), "request-id:r1");
		String id = client.next().json().path("generationId").asString();
		RecordedRequest upstream = this.bedrock.take();
		await().until(() -> this.gateway.generation(id).path("output").path("text").asString("").equals("Hello"));

		client.send("/app/generations/" + id + "/cancel", "", "request-id:r2");

		assertClosedAtOnce(upstream);
		Frame cancelled = client.untilEnd().getLast();
		assertThat(cancelled.type()).isEqualTo("cancelled");
		assertThat(cancelled.header("request-id")).isEqualTo("r1");
		assertThat(cancelled.json().path("usage").path("outputTokens").asInt()).isEqualTo(2);
		assertThat(this.gateway.generation(id).path("status").asString()).isEqualTo("cancelled");
		assertNothingFollows(client);
	}

	@Test
	void stopsAGenerationOfAnotherDoorAndTellsHowItEnded() throws Exception {
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("Hello").hang());
		SseClient reader = this.gateway.stream(HI);
		reader.next(2);
		RecordedRequest upstream = this.bedrock.take();
		StompClient client = this.gateway.stomp();

		client.send("/app/generations/" + reader.generation() + "/cancel", "", "request-id:c");

		assertClosedAtOnce(upstream);
		Frame cancelled = client.next();
		assertThat(cancelled.type()).isEqualTo("cancelled");
		assertThat(cancelled.header("request-id")).isEqualTo("c");
		assertThat(cancelled.json().path("output").path("text").asString()).isEqualTo("Hello");
		assertThat(reader.all().getLast().type()).isEqualTo("cancelled");
	}

	@Test
	void goesOnWithAGenerationThatBeganAsAnEventStream() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("a")
			.delta("b")
			.await(go)
			.delta("c")
			.messageStop("end_turn")
			.metadata(1, 3));
		SseClient begun = this.gateway.stream(HI_AND_FINISH);
		begun.next(2);
		begun.reset();
		StompClient client = this.gateway.stomp();

		client.send("/app/generations/" + begun.generation() + "/resume", "{\"after\":2}", "request-id:r");
		assertThat(client.next().body()).contains("\"sequence\":3", "\"text\":\"b\"", "\"requestId\":\"r\"");
		go.countDown();

		assertThat(client.untilEnd()).extracting((frame) -> frame.json().path("sequence").asInt())
			.containsExactly(4, 5);
		client.send("/app/generations/" + begun.generation() + "/resume", "{\"after\":3}");
		assertThat(client.untilEnd()).extracting(Frame::type).containsExactly("delta", "completed");
		client.send("/app/generations/" + begun.generation() + "/resume", "");
		assertThat(client.untilEnd()).extracting(Frame::type)
			.containsExactly("started", "delta", "delta", "delta", "completed");
		client.send("/app/generations/" + begun.generation() + "/resume", "{}");
		assertThat(client.untilEnd()).hasSize(5);
		assertNothingFollows(client);
	}

	@Test
	void refusesToResumeWhatHasEnded() throws Exception {
		SseClient begun = this.gateway.stream(HI);
		int last = begun.all().size();

		StompClient client = this.gateway.stomp();
		client.send("/app/generations/" + begun.generation() + "/resume", "{\"after\":" + last + "}", "request-id:r");

		assertFailed(client.next(), "conflict", "r");
	}

	@Test
	void replacesADeliveryByTheOneThatResumesIt() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta("a")
			.await(go)
			.delta("b")
			.messageStop("end_turn")
			.metadata(1, 2));
		StompClient client = this.gateway.stomp().generate(STREAM, "request-id:first");
		String id = client.next().json().path("generationId").asString();
		client.next();

		client.send("/app/generations/" + id + "/resume", "{\"after\":1}", "request-id:second");
		Frame again = client.next();
		go.countDown();

		assertThat(again.body()).contains("\"sequence\":2", "\"requestId\":\"second\"");
		assertThat(client.untilEnd()).extracting((frame) -> frame.header("request-id"))
			.containsExactly("second", "second");
		assertNothingFollows(client);
	}

	@Test
	void keepsTheSocketWhenBusyDeliveriesAreReplaced() throws Exception {
		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 400; i++) {
				exchange.delta("w" + i).pause(Duration.ofMillis(1));
			}
			exchange.messageStop("end_turn").metadata(1, 400);
		});
		StompClient client = this.gateway.stomp().generate(STREAM, "request-id:0");
		String id = client.next().json().path("generationId").asString();

		for (int i = 1; i <= 40; i++) {
			client.send("/app/generations/" + id + "/resume", "", "request-id:" + i);
			int newest = i;
			List<Frame> frames = new ArrayList<>();
			while (frames.size() < 5) {
				Frame frame = client.next();
				if (frame.header("request-id").equals("" + newest)) {
					frames.add(frame);
				}
			}
			assertThat(frames).extracting((frame) -> frame.json().path("sequence").asInt())
				.containsExactly(1, 2, 3, 4, 5);
		}

		assertThat(client.untilEnd().getLast().type()).isEqualTo("completed");
		assertThat(client.closed()).isFalse();
	}

	@Test
	void stopsTheModelWhenTheSocketIsDropped() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		this.bedrock.answer((exchange) -> exchange.startStream().messageStart().delta("x").hang());
		StompClient client = this.gateway.stomp().generate(HI).generate(STREAM);
		RecordedRequest first = this.bedrock.take();
		RecordedRequest second = this.bedrock.take();
		awaitRunning(2);

		client.drop();

		assertClosedAtOnce(first);
		assertClosedAtOnce(second);
	}

	@Test
	void stopsTheModelWhenTheClientDisconnects() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		StompClient client = this.gateway.stomp().generate(STREAM);
		RecordedRequest upstream = this.bedrock.take();
		client.next();

		client.frame("DISCONNECT", "", "receipt:bye");

		assertThat(client.next()).satisfies((frame) -> {
			assertThat(frame.command()).isEqualTo("RECEIPT");
			assertThat(frame.header("receipt-id")).isEqualTo("bye");
		});
		assertClosedAtOnce(upstream);
	}

	@Test
	void takesAGoodByeWithoutAReceiptForOne() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		StompClient client = this.gateway.stomp().generate(STREAM);
		RecordedRequest upstream = this.bedrock.take();
		client.next();

		client.frame("DISCONNECT", "", "why:lunch");

		assertClosedAtOnce(upstream);
		assertThat(client.closeCode()).isEqualTo(1000);
	}

	@Test
	void stopsTheModelWhenNobodyHearsTheAnswerAnyMore() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		StompClient client = this.gateway.stomp().generate(STREAM);
		RecordedRequest upstream = this.bedrock.take();
		client.next();

		client.frame("UNSUBSCRIBE", "", "id:sub-0");

		assertClosedAtOnce(upstream);
	}

	@Test
	void refusesASecondConnect() throws Exception {
		StompClient client = this.gateway.stomp();

		client.frame("CONNECT", "", "accept-version:1.2", "host:x");

		Frame error = client.next();
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.json().path("code").asString()).isEqualTo("invalid-request");
	}

	@Test
	void runsOnWithoutItsSocketIfItIsTold() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(8));
		StompClient client = this.gateway.stomp().generate(HI_AND_FINISH);
		String id = client.next().json().path("generationId").asString();
		RecordedRequest upstream = this.bedrock.take();

		client.drop();

		assertThat(upstream.closedByClient()).failsWithin(AT_ONCE);
		go.countDown();
		await().until(() -> this.gateway.generation(id).path("status").asString().equals("completed"));
		StompClient another = this.gateway.stomp().send("/app/generations/" + id + "/resume", "{\"after\":1}");
		assertThat(another.untilEnd()).hasSize(9);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
			"/app/generations | nonsense | invalid-request | none", "/app/generations | `` | invalid-request | none",
			"/app/generations | [] | invalid-request | none", "/app/generations | null | invalid-request | none",
			"/app/generations | {\"messages\":[]} | invalid-request | messages",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"spam\":1} | invalid-request | spam",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"delivery\":\"pigeon\"} | invalid-request | delivery",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"delivery\":1} | invalid-request | delivery",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"delivery\":null} | invalid-request | delivery",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"model\":\"huge\"} | invalid-request | model",
			"/app/generations | {\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"a\":1}]} | invalid-request | messages[0].a",
			"/app/nothing | {} | not-found | none", "/app/ | {} | not-found | none",
			"/app/generations/gen_x/explode | {} | not-found | none",
			"/app/generations/gen_00000000000000000000000000/cancel | {} | not-found | none",
			"/app/generations/gen_00000000000000000000000000/resume | {} | not-found | none",
			"/topic/conversations/1 | {} | not-found | none", "/topic/x | {} | not-found | none",
			"/queue/generations | {} | not-found | none", "/user/queue/generations | {} | not-found | none",
			"/user/bob/queue/generations | {} | not-found | none", "generations | {} | not-found | none" })
	void tellsThatItRefuses(String destination, String body, String code, String field) throws Exception {
		StompClient client = this.gateway.stomp();

		client.send(destination, body, "request-id:r9");

		Frame failed = client.next();
		assertFailed(failed, code, "r9");
		assertThat(failed.json().path("problem").path("field").asString(null)).isEqualTo(field);
		assertThat(failed.body()).doesNotContain("Exception", "dev.sluice");
		if (destination.startsWith("/app")) {
			assertThat(failed.json().path("problem").path("traceId").asString()).matches("[0-9a-f]{32}");
		}
		assertThat(client.generate(HI).untilEnd().getLast().type()).isEqualTo("completed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"after\":99}", "{\"after\":-1}", "{\"after\":1.5}", "{\"after\":\"2\"}",
			"{\"before\":1}", "{", "[]", "7", "{\"after\":99999999999999999999}" })
	void refusesAPositionThatIsNone(String body) throws Exception {
		SseClient begun = this.gateway.stream(HI);
		begun.all();

		StompClient client = this.gateway.stomp();
		client.send("/app/generations/" + begun.generation() + "/resume", body, "request-id:r");

		assertFailed(client.next(), "invalid-request", "r");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/topic/conversations", "/topic/conversations/", "/topic/conversations/a/b",
			"/topic/conversations/**", "/topic/**", "/topic/>", "/queue/generations", "/user/queue/other", "/user/**",
			"/queue/generations-user0", "/app/generations", "/user/bob/queue/generations" })
	void refusesSubscriptionsElsewhere(String destination) throws Exception {
		StompClient client = this.gateway.stomp();

		client.frame("SUBSCRIBE", "", "id:sub-1", "destination:" + destination, "receipt:s");

		Frame error = client.next();
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.header("receipt-id")).isEqualTo("s");
		assertThat(error.header("message")).startsWith("not-found: ");
		assertThat(error.json().path("code").asString()).isEqualTo("not-found");
		assertThat(client.closeCode()).isNotEqualTo(1011);
	}

	@Test
	void refusesARequestIdThatEveryAnswerWouldCarry() throws Exception {
		StompClient client = this.gateway.stomp();

		client.generate(HI, "request-id:" + "x".repeat(300));

		assertThat(client.next().json().path("code").asString()).isEqualTo("invalid-request");
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void tellsAClientThatWouldNotHearTheAnswer() throws Exception {
		StompClient client = StompClient.open(this.gateway.port());
		client.frame("CONNECT", "", "accept-version:1.2", "host:localhost");
		client.next();

		client.generate(HI, "receipt:g");

		Frame error = client.next();
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.header("receipt-id")).isEqualTo("g");
		assertThat(error.json().path("code").asString()).isEqualTo("invalid-request");
		client.closeCode();
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void answersReceipts() throws Exception {
		StompClient client = this.gateway.stomp();

		client.generate("nonsense", "receipt:one", "request-id:r");
		client.frame("SUBSCRIBE", "", "id:sub-1", "destination:" + StompClient.ANSWERS, "receipt:two");
		client.frame("UNSUBSCRIBE", "", "id:sub-1", "receipt:three");
		client.generate(HI, "receipt:four");

		assertFailed(client.next(), "invalid-request", "r");
		List<Frame> frames = IntStream.range(0, 6).mapToObj((_) -> next(client)).toList();
		assertThat(frames).filteredOn((frame) -> frame.command().equals("RECEIPT"))
			.extracting((frame) -> frame.header("receipt-id"))
			.containsExactlyInAnyOrder("one", "two", "three", "four");
		assertThat(frames).filteredOn((frame) -> frame.command().equals("MESSAGE")).hasSize(2);
	}

	@Test
	void exchangesHeartBeats() throws Exception {
		StompClient client = StompClient.open(this.gateway.port());

		client.frame("CONNECT", "", "accept-version:1.2", "host:localhost", "heart-beat:300,300");

		assertThat(client.next().header("heart-beat")).isEqualTo("500,500");
		await().until(() -> {
			client.text("\n");
			return client.heartBeats() >= 4;
		});
		assertThat(client.closed()).isFalse();
	}

	@Test
	void endsAConnectionWhoseHeartBeatsStop() throws Exception {
		this.bedrock.answer(FakeExchange::hang);
		StompClient client = StompClient.open(this.gateway.port());
		client.frame("CONNECT", "", "accept-version:1.2", "host:localhost", "heart-beat:300,0");
		client.next();
		client.subscribe().generate(STREAM);
		RecordedRequest upstream = this.bedrock.take();

		client.closeCode();

		assertClosedAtOnce(upstream);
	}

	@Test
	void neverTellsOneClientOfAnother() throws Exception {
		this.bedrock.answerByDefault((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < 10; i++) {
				exchange.delta("w").pause(Duration.ofMillis(5));
			}
			exchange.messageStop("end_turn").metadata(1, 10);
		});
		List<StompClient> clients = IntStream.range(0, 10).mapToObj((_) -> connect()).toList();
		StompClient idle = connect();

		for (int i = 0; i < 10; i++) {
			clients.get(i).generate(STREAM, "request-id:c" + i);
		}

		for (int i = 0; i < 10; i++) {
			List<Frame> frames = clients.get(i).untilEnd();
			assertThat(frames).hasSize(12);
			assertThat(frames).extracting((frame) -> frame.header("request-id")).containsOnly("c" + i);
			assertThat(frames).extracting((frame) -> frame.json().path("generationId").asString())
				.containsOnly(frames.getFirst().json().path("generationId").asString());
		}
		for (StompClient client : clients) {
			assertNothingFollows(client);
		}
		assertNothingFollows(idle);
	}

	/** The last frame goes out while another may still be on its way. */
	@Test
	void alwaysTellsWhyItEndsAConnection() throws Exception {
		for (int i = 0; i < 200; i++) {
			try (StompClient client = this.gateway.stomp()) {
				client.text("nonsense\n\n\0");

				assertThat(client.next().command()).isEqualTo("ERROR");
			}
		}
	}

	@Test
	void refusesAFrameThatIsTooLarge() throws Exception {
		StompClient client = this.gateway.stomp();

		client.textInFragments(
				"SEND\ndestination:/app/generations\nreceipt:r\n\n{\"system\":\"" + "x".repeat(140_000) + "\"}\0",
				16_000);

		Frame error = client.next();
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.json().path("code").asString()).isEqualTo("payload-too-large");
		client.closeCode();
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void refusesASingleFrameThatIsTooLarge() throws Exception {
		StompClient client = this.gateway.stomp();

		client.generate("{\"system\":\"" + "x".repeat(400_000) + "\"}");

		Frame error = client.next();
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.json().path("code").asString()).isEqualTo("payload-too-large");
		client.closeCode();
	}

	/** 😀 has four bytes in UTF-8 and two chars in Java; buffers have 8192 of either. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3 })
	void keepsCharactersWholeAcrossBuffers(int shift) throws Exception {
		String text = "x".repeat(shift) + "😀".repeat(9000);
		this.bedrock.answer(
				(exchange) -> exchange.startStream().messageStart().delta(text).messageStop("end_turn").metadata(1, 1));
		StompClient client = this.gateway.stomp();
		String body = STREAM.replace("hi", text);

		client.generate(body);

		assertThat(this.bedrock.take().text()).contains(text);
		client.next();
		assertThat(client.next().json().path("text").asString()).isEqualTo(text);
		client.next();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 101, 4097 })
	void keepsCharactersWholeAcrossFragments(int size) throws Exception {
		String text = "😀é漢".repeat(size < 50 ? 100 : 3000);
		StompClient client = this.gateway.stomp();

		client.textInFragments("SEND\ndestination:/app/generations\n\n" + HI.replace("hi", text) + "\0", size);

		assertThat(this.bedrock.take().text()).contains(text);
		assertThat(client.untilEnd().getLast().type()).isEqualTo("completed");
	}

	@Test
	void takesSeveralFramesInOneMessage() throws Exception {
		StompClient client = this.gateway.stomp();

		client.text("\nSEND\ndestination:/app/generations\nrequest-id:1\n\n" + HI
				+ "\0\n\nSEND\r\ndestination:/app/generations\r\nrequest-id:2\r\n\r\n" + HI + "\0\n");

		List<Frame> frames = IntStream.range(0, 4).mapToObj((_) -> next(client)).toList();
		assertThat(frames).extracting((frame) -> frame.header("request-id") + " " + frame.type())
			.containsExactlyInAnyOrder("1 accepted", "1 completed", "2 accepted", "2 completed");
	}

	@Test
	void repeatsARequestIdWithItsEscapes() throws Exception {
		StompClient client = this.gateway.stomp();

		client.generate(HI, "request-id:a\\cb\\\\c\\nd");

		assertThat(client.next().header("request-id")).isEqualTo("a:b\\c\nd");
		assertThat(client.next().json().path("requestId").asString()).isEqualTo("a:b\\c\nd");
	}

	@Test
	void tellsEverySubscriptionOfAClient() throws Exception {
		StompClient client = this.gateway.stomp();
		client.frame("SUBSCRIBE", "", "id:sub-1", "destination:" + StompClient.ANSWERS);

		client.generate(HI);

		List<Frame> frames = IntStream.range(0, 4).mapToObj((_) -> next(client)).toList();
		assertThat(frames).extracting((frame) -> frame.header("subscription") + " " + frame.type())
			.containsExactlyInAnyOrder("sub-0 accepted", "sub-1 accepted", "sub-0 completed", "sub-1 completed");
		assertThat(frames).extracting((frame) -> frame.header("message-id")).doesNotHaveDuplicates();
	}

	private static void assertFailed(Frame frame, String code, String requestId) {
		assertThat(frame.command()).isEqualTo("MESSAGE");
		assertThat(frame.type()).isEqualTo("failed");
		assertThat(frame.json().path("code").asString()).isEqualTo(code);
		assertThat(frame.json().path("requestId").asString()).isEqualTo(requestId);
		assertThat(frame.header("request-id")).isEqualTo(requestId);
		assertThat(frame.json().path("problem").path("code").asString()).isEqualTo(code);
	}

	/** What comes next is the answer to what is sent next. */
	private static void assertNothingFollows(StompClient client) throws InterruptedException {
		client.frame("UNSUBSCRIBE", "", "id:none", "receipt:nothing-else");
		Frame frame = client.next();
		assertThat(frame.command()).as(frame.toString()).isEqualTo("RECEIPT");
		assertThat(frame.header("receipt-id")).isEqualTo("nothing-else");
	}

	private StompClient connect() {
		try {
			return this.gateway.stomp();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Frame next(StompClient client) {
		try {
			return client.next();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
