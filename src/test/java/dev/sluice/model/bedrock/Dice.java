package dev.sluice.model.bedrock;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import tools.jackson.databind.json.JsonMapper;

/** Throws values for generated cases; the same seed throws the same again. */
final class Dice {

	static final JsonMapper JSON = new JsonMapper();

	private static final List<String> SCRAPS = List.of("word ", "Straße ", "日本語", "العربية ", "👩‍👩‍👧‍👦", "🇨🇭",
			"😀", "\u0000", "\u0001", "\u001f", "\u007f", "\u0085", "\u2028", "\ufeff", "\n", "\r\n", "\t", "\"", "\\",
			"\\u0041", "</script>", "{\"a\":1}", "%2F", "&amp;", "'", "e\u0301", "\uffff", "𝔘𝔫𝔦");

	private static final List<String> NUMBERS = List.of("0", "-1", "1.5", "1.0", "0.1", "-0.25", "12345678901234567890",
			"3.141592653589793238462643", "1E10", "2.5e-3");

	private final Random random;

	Dice(long seed) {
		this.random = new Random(seed);
	}

	boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	int between(int from, int to) {
		return from + below(to - from + 1);
	}

	double share() {
		return this.random.nextInt(0, 1001) / 1000.0;
	}

	@SafeVarargs
	final <T> T oneOf(T... values) {
		return values[below(values.length)];
	}

	<T> T oneOf(List<T> values) {
		return values.get(below(values.size()));
	}

	<T> List<T> list(int from, int to, IntFunction<T> element) {
		return IntStream.range(0, between(from, to)).mapToObj(element).toList();
	}

	/** Text of any length, now and then long, never empty. */
	String text() {
		int scraps = chance(0.05) ? between(2_000, 8_000) : between(1, 12);
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < scraps; i++) {
			text.append(oneOf(SCRAPS));
		}
		return text.toString();
	}

	String word() {
		return oneOf("alpha", "beta-2", "gamma_3", "x", "get_weather", "Z9.a:b-c_d");
	}

	String base64() {
		byte[] bytes = new byte[between(1, chance(0.1) ? 5_000 : 40)];
		this.random.nextBytes(bytes);
		return Base64.getEncoder().encodeToString(bytes);
	}

	/** A JSON object with anything in it. */
	String object() {
		return object(3);
	}

	static String quoted(String text) {
		return JSON.writeValueAsString(text);
	}

	private String object(int depth) {
		return "{"
				+ String.join(",", list(0, 4, (i) -> quoted("k" + i + (chance(0.2) ? text() : "")) + ":" + json(depth)))
				+ "}";
	}

	private String json(int depth) {
		return switch (below((depth > 0) ? 7 : 5)) {
			case 0 -> quoted(text());
			case 1 -> oneOf(NUMBERS);
			case 2 -> oneOf("true", "false");
			case 3 -> "null";
			case 4 -> "\"\"";
			case 5 -> "[" + String.join(oneOf(",", " ,\n"), list(0, 3, (_) -> json(depth - 1))) + "]";
			default -> object(depth - 1);
		};
	}

}
