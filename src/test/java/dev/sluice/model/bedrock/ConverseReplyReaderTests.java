package dev.sluice.model.bedrock;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelReply;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConverseReplyReaderTests {

	@Test
	void readsARecordedAnswer() throws IOException {
		ModelReply reply = read("""
				{"metrics":{"latencyMs":624},"output":{"message":{"content":[{"text":"Paris"}],"role":"assistant"}},
				 "performanceConfig":{"latency":"optimized"},"stopReason":"end_turn",
				 "usage":{"cacheReadInputTokenCount":4,"cacheReadInputTokens":4,"cacheWriteInputTokenCount":5,
				  "cacheWriteInputTokens":5,"inputTokens":13,"outputTokens":67,"serverToolUsage":{},"totalTokens":89}}
				""");

		assertThat(reply.content()).containsExactly(new ContentPart.Text("Paris"));
		assertThat(reply.finishReason()).isEqualTo(FinishReason.END_TURN);
		assertThat(reply.usage()).isEqualTo(new Usage(13, 67, 4, 5, false));
	}

	@Test
	void readsEveryKindOfBlock() throws IOException {
		ModelReply reply = read("""
				{"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2},"output":{"message":{"content":[
				 {"reasoningContent":{"reasoningText":{"text":"Hm","signature":"sig"}}},
				 {"reasoningContent":{"reasoningText":{"text":"Hm"}}},
				 {"reasoningContent":{"redactedContent":"AAAA"}},
				 {"text":""},
				 {"text":"I ask","somethingNew":null},
				 {"toolUse":{"toolUseId":"t1","name":"weather","type":"tool_use","input":{"city":"Paris","n":1.50}}},
				 {"toolUse":{"toolUseId":"t2","name":"now"}},
				 {"citationsContent":{"citations":[{"title":"t"},{"title":"u"}],"content":[{"text":"It says"}]}},
				 {"image":{"format":"png","source":{"bytes":"iVBO"}}},
				 {"image":{"format":"png","source":{"s3Location":{"uri":"s3://x"}}}},
				 {"hologram":{"depth":[1,2]}}]}}}
				""");

		assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_USE);
		assertThat(reply.content()).containsExactly(new ContentPart.Reasoning("Hm", "sig"),
				new ContentPart.Reasoning("Hm", null), new ContentPart.RedactedReasoning("AAAA"),
				new ContentPart.Text("I ask"),
				new ContentPart.ToolUse("t1", "weather", "{\"city\":\"Paris\",\"n\":1.50}"),
				new ContentPart.ToolUse("t2", "now", "{}"), new ContentPart.Text("It says"),
				new ContentPart.Citation("{\"title\":\"t\"}"), new ContentPart.Citation("{\"title\":\"u\"}"),
				new ContentPart.Image("png", "iVBO"),
				new ContentPart.Other("image", "{\"format\":\"png\",\"source\":{\"s3Location\":{\"uri\":\"s3://x\"}}}"),
				new ContentPart.Other("hologram", "{\"depth\":[1,2]}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "17", "{", "{}", "<html>", "{\"output\":{}}",
			"{\"output\":{\"message\":{\"content\":[]}},\"usage\":{\"inputTokens\":1}}",
			"{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"end_turn\"}",
			"{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"end_turn\",\"usage\":17}",
			"{\"output\":{\"message\":{\"content\":[{\"text\":\"x\"", "{\"usage\":{\"inputTokens\":\"many\"}}",
			"{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"name\":\"x\"}}]}}}" })
	void refusesWhatIsNoAnswer(String body) {
		assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(body))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.BROKEN));
	}

	@Test
	void passesOnWhatTheConnectionThrows() {
		SocketException reset = new SocketException("Connection reset");

		assertThatThrownBy(() -> ConverseReplyReader.read(new InputStream() {

			@Override
			public int read() throws IOException {
				throw reset;
			}

		})).isSameAs(reset);
	}

	private static ModelReply read(String body) throws IOException {
		return ConverseReplyReader.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
	}

}
