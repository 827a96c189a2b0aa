package dev.sluice.model.bedrock;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Usage;
import dev.sluice.testing.FakeFrames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StreamEventReaderTests {

	@Test
	void readsARecordedStream() throws IOException {
		assertThat(read("messageStart {\"p\":\"abcdefghijklmnopq\",\"role\":\"assistant\"}",
				delta(0, "{\"text\":\"The\"}"), delta(0, "{\"text\":\"\"}"),
				delta(0, "{\"text\":\" capital of France is Paris.\"}"),
				"contentBlockStop {\"contentBlockIndex\":0,\"p\":\"a\"}", "brandNewEvent {\"x\":[]}",
				"messageStop {\"p\":\"abc\",\"stopReason\":\"end_turn\",\"additionalModelResponseFields\":{\"a\":[1]}}",
				"metadata {\"metrics\":{\"latencyMs\":522},\"p\":\"a\",\"usage\":{\"cacheReadInputTokens\":3,"
						+ "\"inputTokens\":13,\"outputTokens\":82,\"serverToolUsage\":{},\"totalTokens\":95}}"))
			.containsExactly(new ModelEvent.Text("The"), new ModelEvent.Text(" capital of France is Paris."),
					new ModelEvent.Finished(FinishReason.END_TURN, new Usage(13, 82, 3, 0, false)));
	}

	@Test
	void putsToolCallsTogether() throws IOException {
		assertThat(read(toolStart(1, "tooluse_1", "get_temperature"), toolStart(2, "tooluse_2", "now"),
				delta(1, "{\"toolUse\":{\"input\":\"\"}}"), delta(1, "{\"toolUse\":{\"input\":\"{\\\"citie\"}}"),
				"contentBlockDelta {\"delta\":{\"toolUse\":{\"input\":\"s\\\":[]}\"}},\"contentBlockIndex\":1}",
				stop(2), stop(1), stop(7)))
			.containsExactly(part(new ContentPart.ToolUse("tooluse_2", "now", "{}")),
					part(new ContentPart.ToolUse("tooluse_1", "get_temperature", "{\"cities\":[]}")));
	}

	@Test
	void readsReasoning() throws IOException {
		assertThat(read(delta(0, "{\"reasoningContent\":{\"text\":\"The\"}}"),
				delta(0, "{\"reasoningContent\":{\"text\":\"\"}}"), delta(0, "{\"reasoningContent\":{\"new\":{}}}"),
				delta(0, "{\"reasoningContent\":{\"signature\":\"Eu0C\"}}"),
				delta(1, "{\"reasoningContent\":{\"redactedContent\":\"AAAA\"}}")))
			.containsExactly(new ModelEvent.Reasoning("The"), part(new ContentPart.Reasoning("", "Eu0C")),
					part(new ContentPart.RedactedReasoning("AAAA")));
	}

	@Test
	void putsImagesTogether() throws IOException {
		assertThat(read("contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"image\":{\"format\":\"png\"}}}",
				delta(0, "{\"image\":{\"source\":{\"bytes\":\"aQ==\"}}}"),
				delta(0, "{\"image\":{\"source\":{\"bytes\":\"amc=\"}}}"), stop(0)))
			.containsExactly(part(new ContentPart.Image("png", "aWpn")));
	}

	@Test
	void carriesCitationsAndWhatItDoesNotKnow() throws IOException {
		assertThat(read("contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"toolResult\":{\"toolUseId\":\"x\"}}}",
				delta(0, "{\"citation\":{\"title\":\"t\",\"location\":{\"web\":{}}}}"),
				delta(0, "{\"toolResult\":[{\"json\":{\"a\":1}}]}"), delta(0, "{\"hologram\":{\"depth\":1}}"),
				delta(0, "{\"hologram\":null}"), delta(0, "{\"image\":{\"error\":{\"message\":\"no\"}}}"), stop(0)))
			.containsExactly(part(new ContentPart.Citation("{\"title\":\"t\",\"location\":{\"web\":{}}}")),
					part(new ContentPart.Other("toolResult", "[{\"json\":{\"a\":1}}]")),
					part(new ContentPart.Other("hologram", "{\"depth\":1}")),
					part(new ContentPart.Other("image", "{\"error\":{\"message\":\"no\"}}")));
	}

	@Test
	void finishesOnlyWithBothEndsInWhicheverOrder() throws IOException {
		String stop = "messageStop {\"stopReason\":\"max_tokens\"}";
		String metadata = "metadata {\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}";
		ModelEvent finished = new ModelEvent.Finished(FinishReason.MAX_TOKENS, Usage.of(1, 2));

		assertThat(read(stop)).isEmpty();
		assertThat(read(metadata)).isEmpty();
		assertThat(read(stop, metadata)).containsExactly(finished);
		assertThat(read(metadata, stop)).containsExactly(finished);
	}

	@ParameterizedTest
	@ValueSource(strings = { "contentBlockDelta {\"delta\":{\"text\":\"x\"", "contentBlockDelta ",
			"contentBlockDelta [1]", "contentBlockDelta {\"contentBlockIndex\":\"x\"}",
			"contentBlockDelta {\"delta\":{\"toolUse\":{\"input\":\"x\"}}}", "messageStop {}", "metadata {}",
			"metadata {\"usage\":{\"inputTokens\":{}}}",
			"contentBlockStart {\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"name\":\"x\"}}}" })
	void refusesBrokenEvents(String event) {
		assertFails(Reason.BROKEN, frame(event));
	}

	@Test
	void refusesAnEndInsideOfAToolCall() {
		assertThatExceptionOfType(ModelException.class)
			.isThrownBy(() -> read(toolStart(0, "t", "n"), "messageStop {\"stopReason\":\"tool_use\"}"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.BROKEN));
	}

	@ParameterizedTest
	@CsvSource({ "throttlingException, THROTTLED", "serviceUnavailableException, UNAVAILABLE",
			"internalServerException, INTERNAL", "modelStreamErrorException, MODEL_ERROR",
			"modelTimeoutException, MODEL_ERROR", "validationException, REJECTED", "brandNewException, INTERNAL" })
	void mapsExceptions(String type, Reason reason) {
		assertFails(reason, FakeFrames.exception(type, "why"));
	}

	@Test
	void mapsOtherFaults() {
		assertFails(Reason.CONTEXT_TOO_LONG,
				FakeFrames.exception("validationException", "Input is too long for requested model."));
		assertFails(Reason.INTERNAL, FakeFrames.error("InternalFailure", "why"));
		assertFails(Reason.INTERNAL, FakeFrames.error("SomethingNew", "why"));
		assertFails(Reason.THROTTLED,
				FakeFrames.frame(
						FakeFrames.headers(":message-type", "exception", ":exception-type", "throttlingException"),
						"no JSON".getBytes()));
	}

	private static void assertFails(Reason reason, byte[] stream) {
		assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(stream))
			.satisfies((ex) -> assertThat(ex.reason()).as(ex.toString()).isEqualTo(reason));
	}

	private static List<ModelEvent> read(String... events) throws IOException {
		ByteArrayOutputStream stream = new ByteArrayOutputStream();
		Arrays.stream(events).map(StreamEventReaderTests::frame).forEach(stream::writeBytes);
		return read(stream.toByteArray());
	}

	private static List<ModelEvent> read(byte[] stream) throws IOException {
		EventStreamReader frames = new EventStreamReader(new ByteArrayInputStream(stream));
		StreamEventReader reader = new StreamEventReader();
		List<ModelEvent> events = new ArrayList<>();
		for (EventFrame frame = frames.next(); frame != null; frame = frames.next()) {
			ModelEvent event = reader.read(frame);
			if (event != null) {
				events.add(event);
			}
		}
		return events;
	}

	private static byte[] frame(String event) {
		String[] typeAndJson = event.split(" ", 2);
		return FakeFrames.event(typeAndJson[0], typeAndJson[1]);
	}

	private static String delta(int block, String delta) {
		return "contentBlockDelta {\"contentBlockIndex\":" + block + ",\"delta\":" + delta + ",\"p\":\"abcd\"}";
	}

	private static String toolStart(int block, String id, String name) {
		return "contentBlockStart {\"contentBlockIndex\":" + block + ",\"p\":\"a\",\"start\":{\"toolUse\":{\"name\":\""
				+ name + "\",\"toolUseId\":\"" + id + "\",\"type\":\"tool_use\"}}}";
	}

	private static String stop(int block) {
		return "contentBlockStop {\"contentBlockIndex\":" + block + ",\"p\":\"a\"}";
	}

	private static ModelEvent part(ContentPart part) {
		return new ModelEvent.Part(part);
	}

}
