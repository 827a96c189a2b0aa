package dev.sluice.prompt.guardrail;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import dev.sluice.model.message.ContentPart;
import dev.sluice.prompt.guardrail.WholeText.Seen;
import dev.sluice.prompt.terms.PromptText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However an answer is cut, the same comes out as if it had come in one piece, and as if
 * it had been looked at as a whole, and none of what is to be masked.
 */
class GuardedStreamTests {

	private static final int CUTS = 10_000;

	/** What must never come out, each in a text that tells what it is. */
	private static final List<String> SECRETS = List.of("ann.smith+news@mail.example.co.uk", "bob@example.com",
			"4111 1111 1111 1111", "5500005555555559", "+1 415 555 2671", "DE89 3704 0044 0532 0130 00", "536-90-4399",
			"AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
			"AC-123456");

	private static final List<String> PROSE = List.of("The answer is ", "écrivez à ", "你好，", "🙂🙃 ", ". ", ", ",
			"\n\n", "{", "}", "{EMAIL", "{EMAIL_1", "{EMAIL_1}", "{PHONE_1}", "{EMAIL_7}", "{{EMAIL_2}", "@", "12345 ",
			"order 4111 ", "http://example.org/a?b=c ", "a@b ", "-----BEGIN ", "word ");

	private static final String MASKS = """
			{"pii":{"EMAIL":"mask","CREDIT_DEBIT_CARD_NUMBER":"mask","PHONE":"mask","US_SOCIAL_SECURITY_NUMBER":"mask",
			 "INTERNATIONAL_BANK_ACCOUNT_NUMBER":"mask","AWS_ACCESS_KEY":"mask","JWT":"mask"},
			 "regexes":[{"name":"Account","pattern":"AC-[0-9]{6}","action":"mask","maxLength":9}]%s}""";

	private static Stream<String> policies() {
		return Stream.of(MASKS.formatted(""), MASKS.formatted(",\"reversible\":true"), MASKS.formatted("""
				,"holdBack":64,"words":[{"text":"forbidden words","action":"block"},{"text":"noted","action":"flag"}],
				"reversible":true"""), """
				{"pii":{"*":"mask"},"regexes":[{"name":"Account","pattern":"AC-[0-9]{6}","action":"mask"}]}""");
	}

	@ParameterizedTest
	@MethodSource("policies")
	void comesOutTheSameHoweverItIsCut(String json) {
		Ruleset rules = Ruleset.of("test", "test", TestGuardrails.policy(json), 256);
		Engines engines = new Engines(TestGuardrails.NO_BEDROCK, new GuardrailMeters(new SimpleMeterRegistry()));
		Random random = new Random(20261122);
		int bound = 2 * rules.holdBack() + 32;
		for (int round = 0; round < CUTS / 4; round++) {
			Guard guard = new Guard(rules, engines);
			guard.input(List.of(PromptText.given("From zoe@example.com and kim@example.com, +44 20 7946 0958.")),
					TestGuardrails.PATIENCE);
			String answer = answer(random);

			OutputGuard inOnePiece = guard.output();
			String whole = inOnePiece.text(answer) + inOnePiece.finishText();
			OutputGuard cut = guard.output();
			String released = cutAndReleased(answer, random, cut, bound, round % 2 == 0);

			if (inOnePiece.blockedMessage() == null) {
				assertThat(released).as(answer)
					.isEqualTo(whole)
					.isEqualTo(lookedAtAsAWhole(rules, engines, guard, answer));
			}
			assertThat(cut.blockedMessage()).as(answer).isEqualTo(inOnePiece.blockedMessage());
			if (cut.blockedMessage() == null) {
				assertThat(Set.copyOf(cut.report().findings())).isEqualTo(Set.copyOf(inOnePiece.report().findings()));
			}
			assertThat(cut.held()).isZero();
			assertThat(SECRETS).as(answer).noneMatch(released::contains);
		}
	}

	/** Tool arguments come whole; what is cut is how their texts are spelt. */
	@ParameterizedTest
	@MethodSource("policies")
	void toolArgumentsStayJsonAndKeepNoSecret(String json) {
		Guard guard = TestGuardrails.guard(json);
		guard.input(List.of(PromptText.given("From zoe@example.com and kim@example.com, +44 20 7946 0958.")),
				TestGuardrails.PATIENCE);
		Random random = new Random(20261122);
		for (int round = 0; round < CUTS / 4; round++) {
			String text = answer(random);
			String arguments = "{\"to\": [%s, null], \"n\" : 1.50, \"o\":{\"%s\":true}}".formatted(spelt(text, random),
					"k" + round);
			OutputGuard output = guard.output();

			ContentPart.ToolUse use = (ContentPart.ToolUse) output
				.part(new ContentPart.ToolUse("id", "send", arguments));

			String visible = JsonMapper.shared().readTree(use.input()).path("to").path(0).asString();
			assertThat(SECRETS).as(arguments).noneMatch(visible::contains);
			if (output.report().findings().isEmpty() && !text.contains("{")) {
				assertThat(use.input()).isSameAs(arguments);
			}
			assertThat(JsonMapper.shared().readTree(use.input()).path("o").path("k" + round).booleanValue()).isTrue();
		}
	}

	@Test
	void holdsLittleBackOfProse() {
		OutputGuard output = TestGuardrails.create().guard("default", null, null).output();
		String prose = "The quick brown fox jumps over the lazy dog, and nobody minds. ".repeat(50);
		int most = 0;
		for (int index = 0; index < prose.length(); index += 4) {
			output.text(prose.substring(index, Math.min(prose.length(), index + 4)));
			most = Math.max(most, output.held());
		}

		assertThat(most).isLessThan(64);
	}

	private static String cutAndReleased(String answer, Random random, OutputGuard output, int bound,
			boolean reasoning) {
		StringBuilder released = new StringBuilder();
		for (int index = 0; index < answer.length();) {
			int end = Math.min(answer.length(), index + random.nextInt(9));
			String piece = answer.substring(index, end);
			String out = reasoning ? output.reasoning(piece) : output.text(piece);
			assertThat(out.isEmpty() || !Character.isHighSurrogate(out.charAt(out.length() - 1))).isTrue();
			released.append(out);
			assertThat(output.held()).isLessThanOrEqualTo(bound);
			index = end;
		}
		return released.append(reasoning ? output.finishReasoning() : output.finishText()).toString();
	}

	private static String lookedAtAsAWhole(Ruleset rules, Engines engines, Guard guard, String answer) {
		Findings findings = new Findings(rules, engines.meters());
		List<Seen> seen = new WholeText(rules, Stage.OUTPUT, guard.placeholders(), engines, findings)
			.at(List.of(PromptText.given(answer)), TestGuardrails.PATIENCE);
		String visible = seen.getFirst().text().text();
		// Each in one go, as values never read like placeholders.
		for (var value : guard.placeholders().values().entrySet()) {
			visible = visible.replace(value.getKey(), value.getValue());
		}
		return visible;
	}

	private static String answer(Random random) {
		StringBuilder answer = new StringBuilder();
		int parts = 1 + random.nextInt(12);
		for (int part = 0; part < parts; part++) {
			answer.append(switch (random.nextInt(10)) {
				case 0, 1 -> secret(random);
				case 2 -> (random.nextInt(8) == 0) ? "forbidden words " : "noted ";
				case 3 -> " {EMAIL_1} ";
				case 4 -> " zoe@example.com ";
				default -> PROSE.get(random.nextInt(PROSE.size()));
			});
		}
		return answer.toString();
	}

	private static String secret(Random random) {
		String secret = SECRETS.get(random.nextInt(SECRETS.size()));
		return (secret.equals("536-90-4399") ? ".\n\nMy social security number is " : ".\n\nTake ") + secret
				+ " now.\n\n";
	}

	/** A text as a JSON string, some of it by escapes. */
	private static String spelt(String text, Random random) {
		StringBuilder json = new StringBuilder("\"");
		for (char letter : text.toCharArray()) {
			if (letter < ' ' || letter == '"' || letter == '\\' || random.nextInt(4) == 0) {
				json.append("\\u%04x".formatted((int) letter));
			}
			else {
				json.append(letter);
			}
		}
		return json.append('"').toString();
	}

}
