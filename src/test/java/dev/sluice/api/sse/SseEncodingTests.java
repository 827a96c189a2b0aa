package dev.sluice.api.sse;

import java.nio.charset.StandardCharsets;

import dev.sluice.orchestration.generation.EventLogs;
import dev.sluice.orchestration.generation.GenerationEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class SseEncodingTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "plain", "say \"hi\" \\ there", "wörd ✓ \uD83D\uDE00", "two\nlines\r\n", "\u0000\u001f\u2028" })
	void writesTextOnOneLineThatReadsBack(String text) {
		String event = encode(text);

		assertThat(event).matches("id: 1\nevent: delta\ndata: [^\n\r]*\n\n");
		assertThat(textOf(event)).isEqualTo(text);
	}

	@Test
	void escapesHalfASurrogatePair() {
		assertThat(textOf(encode("x\uD83D"))).isEqualTo("x\uD83D");
		assertThat(textOf(encode("\uDE00y"))).isEqualTo("\uDE00y");
	}

	private static String encode(String text) {
		return new String(SseEncoding.INSTANCE.encode(EventLogs.logged(new GenerationEvent.Delta(text))),
				StandardCharsets.UTF_8);
	}

	private static String textOf(String event) {
		return new JsonMapper().readTree(event.substring(event.indexOf("data: ") + 6)).get("text").stringValue();
	}

}
