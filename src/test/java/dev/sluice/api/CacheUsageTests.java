package dev.sluice.api;

import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the provider read from its cache, and wrote to it, is told and measured. */
class CacheUsageTests extends DoorTests {

	private static final String USAGE = """
			{"cacheReadInputTokenCount":1322,"cacheReadInputTokens":1322,"cacheWriteInputTokenCount":40,\
			"cacheWriteInputTokens":40,"inputTokens":2,"outputTokens":5,"serverToolUsage":{},"totalTokens":1369}""";

	private static final String TOLD = """
			"usage":{"inputTokens":2,"outputTokens":5,"cacheReadTokens":1322,"cacheWriteTokens":40,\
			"cost":{"amount":"0.0002092","currency":"USD"}}""";

	@Test
	void tellsAndMeasuresItForAWholeAnswer() {
		double read = measured("cache_read");
		double written = measured("cache_write");
		this.bedrock.answer((exchange) -> exchange.json(200,
				"{\"output\":{\"message\":{\"content\":[{\"text\":\"Hi\"}],\"role\":\"assistant\"}},"
						+ "\"stopReason\":\"end_turn\",\"metrics\":{\"latencyMs\":1},\"usage\":" + USAGE + "}"));

		assertThat(this.gateway.generate(HI).body()).contains(TOLD);
		assertThat(measured("cache_read") - read).isEqualTo(1322);
		assertThat(measured("cache_write") - written).isEqualTo(40);
	}

	@Test
	void tellsAndMeasuresItForAStream() throws Exception {
		double read = measured("cache_read");
		double written = measured("cache_write");
		this.bedrock.answer(CacheUsageTests::stream);

		assertThat(this.gateway.stream(HI).all().toString()).contains(TOLD);
		assertThat(measured("cache_read") - read).isEqualTo(1322);
		assertThat(measured("cache_write") - written).isEqualTo(40);
	}

	private static void stream(FakeExchange exchange) {
		exchange.startStream().messageStart().delta("Hi").blockStop(0).messageStop("end_turn");
		exchange.raw(FakeFrames.event("metadata", "{\"metrics\":{\"latencyMs\":1},\"usage\":" + USAGE + "}")).end();
	}

	private double measured(String type) {
		return this.meters.find("gen_ai.client.token.usage")
			.tag("gen_ai.token.type", type)
			.summaries()
			.stream()
			.mapToDouble((summary) -> summary.totalAmount())
			.sum();
	}

}
