package dev.sluice.model.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;

/** Answers to Converse that are none, which two transports must notice alike. */
final class ReplyFaults {

	private static final String WHOLE = ReplyCorpus.body("{\"text\":\"x\"}", "end_turn");

	private ReplyFaults() {
	}

	static Map<String, FakeBedrock.Answer> faults() {
		Map<String, FakeBedrock.Answer> faults = new LinkedHashMap<>();
		faults.put("RST at once", FakeExchange::reset);
		faults.put("FIN at once", FakeExchange::fin);
		for (int length : List.of(0, 1, 50, WHOLE.length() - 1)) {
			String part = WHOLE.substring(0, length);
			faults.put("FIN in byte " + length, (exchange) -> counted(exchange, part).fin());
			faults.put("RST in byte " + length, (exchange) -> counted(exchange, part).reset());
			faults.put("FIN in byte " + length + " of chunks", (exchange) -> chunked(exchange, part).fin());
			faults.put("RST in byte " + length + " of chunks", (exchange) -> chunked(exchange, part).reset());
			faults.put("end in byte " + length, (exchange) -> exchange.json(200, part));
		}
		faults.put("nonsense, then silence", (exchange) -> counted(exchange, "{\"output\":]").hang());
		faults.put("nonsense in chunks, then silence", (exchange) -> chunked(exchange, "{\"output\":]").hang());
		for (String body : List.of("nonsense", "[]", "null", "{}", "{\"output\":{}}", "{\"output\":null}", "\"text\"",
				WHOLE.replace("\"usage\"", "\"other\""), WHOLE.replace("\"stopReason\"", "\"other\""),
				WHOLE.replace("\"content\"", "\"other\""), WHOLE.replace("\"message\"", "\"other\""),
				ReplyCorpus.body("{\"toolUse\":{\"toolUseId\":\"t\",\"input\":{}}}", "tool_use"),
				ReplyCorpus.body("{\"toolUse\":{\"name\":\"n\",\"input\":{}}}", "tool_use"))) {
			faults.put("body " + body, (exchange) -> exchange.json(200, body));
		}
		return faults;
	}

	private static FakeExchange counted(FakeExchange exchange, String part) {
		return exchange.socket(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + WHOLE.length()
				+ "\r\n\r\n" + part)
			.getBytes(StandardCharsets.UTF_8));
	}

	private static FakeExchange chunked(FakeExchange exchange, String part) {
		exchange.startStream("application/json");
		return part.isEmpty() ? exchange : exchange.raw(part.getBytes(StandardCharsets.UTF_8));
	}

}
