package dev.sluice.model.bedrock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.bedrock.StreamCorpus.Event;
import dev.sluice.model.bedrock.Transports.Pair;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;

import static org.assertj.core.api.Assertions.assertThat;

/** Where our own transport and the SDK's differ, and may: all that the SDK can't do. */
class TransportDifferenceTests {

	private final Transports transports = new Transports();

	@AfterEach
	void close() throws IOException {
		this.transports.close();
	}

	@Test
	void onlyTheWireCarriesWhatIsNewerThanTheSdk() {
		String block = "{\"blockOfTomorrow\":{\"a\":1}}";
		ContentPart part = new ContentPart.Other("blockOfTomorrow", "{\"a\":1}");
		List<Event> events = StreamCorpus.whole("end_turn", StreamCorpus.delta(0, block));

		Pair<Outcome> streamed = this.transports.streams(0, (_) -> (exchange) -> StreamCorpus.send(events, exchange));
		Pair<Outcome> whole = this.transports
			.replies((exchange) -> exchange.json(200, ReplyCorpus.body(block, "end_turn")));

		assertThat(streamed.wire().events()).hasSize(2).startsWith(new ModelEvent.Part(part));
		assertThat(streamed.sdk().events()).hasSize(1);
		assertThat(whole.wire().reply().content()).containsExactly(part);
		assertThat(whole.sdk().reply().content()).isEmpty();
	}

	@Test
	void onlyTheWireCarriesMembersOfCitationsThatAreNewerThanTheSdk() {
		List<Event> events = StreamCorpus.whole("end_turn",
				StreamCorpus.delta(0, "{\"citation\":{\"title\":\"t\",\"later\":1}}"));

		Pair<Outcome> read = this.transports.streams(0, (_) -> (exchange) -> StreamCorpus.send(events, exchange));

		assertThat(read.wire().events())
			.startsWith(new ModelEvent.Part(new ContentPart.Citation("{\"later\":1,\"title\":\"t\"}")));
		assertThat(read.sdk().events()).startsWith(new ModelEvent.Part(new ContentPart.Citation("{\"title\":\"t\"}")));
	}

	@Test
	void onlyTheWireSendsBlocksThatAreNewerThanTheSdk() {
		ModelRequest request = new ModelRequest("m", null,
				List.of(new Message(Role.USER, List.of(new ContentPart.Other("blockOfTomorrow", "{}")))),
				Parameters.DEFAULTS, Map.of());

		assertThat(this.transports.refusals(request)).isEqualTo(new Pair<>(null, Reason.REJECTED));
	}

	@Test
	void onlyTheWireSendsMoreDigitsThanAFloatHas() {
		ModelRequest request = new ModelRequest("m", null, List.of(Message.user("hi")),
				new Parameters(null, 0.123456789, null, List.of()), Map.of());

		Pair<RecordedRequest> sent = this.transports.requests(request, false);

		assertThat(sent.wire().text()).contains("0.123456789");
		assertThat(sent.sdk().text()).contains("0.12345679");
	}

	/** None of Bedrock's are, but the framing knows ten types. */
	@Test
	void onlyTheWireReadsFramesWithHeadersThatAreNoText() {
		Map<String, HeaderValue> headers = new LinkedHashMap<>();
		headers.put("true", HeaderValue.fromBoolean(true));
		headers.put("false", HeaderValue.fromBoolean(false));
		headers.put("int", HeaderValue.fromInteger(7));
		headers.put("long", HeaderValue.fromLong(7));
		headers.put("bytes", HeaderValue.fromByteArray(new byte[300]));
		headers.put("timestamp", HeaderValue.fromTimestamp(Instant.EPOCH));
		headers.put("uuid", HeaderValue.fromUuid(new UUID(1, 2)));
		headers.put("text", HeaderValue.fromString("ü".repeat(300)));
		headers.putAll(FakeFrames.headers(":message-type", "event", ":event-type", "contentBlockDelta"));
		byte[] frame = FakeFrames.frame(headers,
				"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"x\"}}".getBytes(StandardCharsets.UTF_8));

		Pair<Outcome> read = this.transports.streams(0,
				(_) -> (exchange) -> exchange.startStream().raw(frame).messageStop("end_turn").metadata(1, 2));

		assertThat(read.wire().events()).hasSize(2).startsWith(new ModelEvent.Text("x"));
		assertThat(read.sdk().reason()).isEqualTo(Reason.BROKEN);
	}

	/** A connection that breaks takes along what the SDK has read, but not passed on. */
	@Test
	void onlyTheSdkMayLoseEventsThatABreakFollowsAtOnce() {
		for (Consumer<FakeExchange> end : List.<Consumer<FakeExchange>>of(FakeExchange::reset, FakeExchange::fin)) {
			Pair<Outcome> read = this.transports.streams(0, (_) -> (exchange) -> {
				exchange.startStream();
				exchange.burst(() -> exchange.delta("a").delta("b").delta("c"));
				end.accept(exchange);
			});

			assertThat(read.wire().events()).hasSize(3).startsWith(read.sdk().events().toArray(ModelEvent[]::new));
			assertThat(read.sdk().reason())
				.isEqualTo(read.sdk().events().isEmpty() ? Reason.CONNECTION : Reason.BROKEN);
		}
	}

}
