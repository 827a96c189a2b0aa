package dev.sluice.prompt.guardrail;

import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.GuardrailReport.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class OutputGuardTests {

	private static final String MASKS = """
			{"pii":{"EMAIL":"mask","CREDIT_DEBIT_CARD_NUMBER":"mask","PASSWORD":"mask","PIN":"mask"}}""";

	@Test
	void masksAcrossPiecesAndBeginsAnewAfterAPart() {
		OutputGuard output = TestGuardrails.guard(MASKS).output();

		String first = output.text("Write to bob@exam") + output.text("ple.com") + output.finishText();
		ContentPart part = output.part(new ContentPart.Citation("{\"source\":\"a\"}"));
		String second = output.text("or ann@example.com") + output.finishText();

		assertThat(first).isEqualTo("Write to {EMAIL}");
		assertThat(part).isEqualTo(new ContentPart.Citation("{\"source\":\"a\"}"));
		assertThat(second).isEqualTo("or {EMAIL}");
		assertThat(output.report().verdict()).isEqualTo(Verdict.MASKED);
		assertThat(output.report().findings()).containsExactly(new Finding("EMAIL", Finding.Stage.OUTPUT, Action.MASK));
	}

	@Test
	void releasesNothingOnceItBlocks() {
		OutputGuard output = TestGuardrails.guard("""
				{"words":[{"text":"project falcon","action":{"output":"block"}}],"messages":{"output":"Sorry."}}""")
			.output();

		StringBuilder released = new StringBuilder();
		for (String piece : List.of("It is called pro", "ject fal", "con", ", and it flies. ", "More.")) {
			released.append(output.text(piece));
		}
		released.append(output.finishText());

		assertThat(output.blockedMessage()).isEqualTo("Sorry.");
		assertThat("It is called ").startsWith(released.toString().strip());
		assertThat(output.report().findings()).containsExactly(new Finding("WORD", Finding.Stage.OUTPUT, Action.BLOCK));
	}

	@Test
	void treatsATextOfTwoTypesByTheStricterToo() {
		String url = "https://example.com/?contact=bob@example.com";
		OutputGuard output = TestGuardrails.guard("{\"pii\":{\"URL\":\"flag\",\"EMAIL\":\"mask\"}}").output();

		assertThat(output.text(url + " ") + output.finishText()).doesNotContain("bob@example.com").contains("{EMAIL}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"to":"bob@example.com","n":1}                  | {"to":"{EMAIL}","n":1}
					{"to":"bob\\u0040example.com"}                  | {"to":"{EMAIL}"}
					{"to":"\\u0062\\u006fb@example\\u002ecom","q":"a\\"b"} | {"to":"{EMAIL}","q":"a\\"b"}
					{"card":4111111111111111}                       | {"card":"{CREDIT_DEBIT_CARD_NUMBER}"}
					{"bob@example.com":1,"ann@example.com":2}       | {"{EMAIL}":1,"{EMAIL}_2":2}
					{"a":{"b":[{"c":["bob@example.com",1e3,true,null]}]}} | {"a":{"b":[{"c":["{EMAIL}",1e3,true,null]}]}}
					{"password":"hunter2-and-more"}                 | {"password":"{PASSWORD}"}
					"bob@example.com"                               | "{EMAIL}"
					{ "n" : 1.500, "big": 123456789012345678901234567890 } | { "n" : 1.500, "big": 123456789012345678901234567890 }
					{"to":"bob@example.com"                         | {"to":"{EMAIL}"
					{"to":"bob\\u0040example.com"                   | {"to":"{EMAIL}"
					{"to":"bob@example.com"} trailing               | {"to":"{EMAIL}"} trailing
					not JSON \\u00zz at all                         | not JSON \\u00zz at all""")
	void masksToolArgumentsAndKeepsThemJson(String input, String expected) {
		OutputGuard output = TestGuardrails.guard(MASKS).output();

		ContentPart part = output.part(new ContentPart.ToolUse("1", "send", input));

		assertThat(part).isEqualTo(new ContentPart.ToolUse("1", "send", expected));
	}

	@Test
	void toolArgumentsHaveAStageOfTheirOwn() {
		OutputGuard output = TestGuardrails.guard("""
				{"pii":{"EMAIL":{"output":"mask","tool":"none"},"CREDIT_DEBIT_CARD_NUMBER":{"tool":"block"}}}""")
			.output();

		assertThat(output.part(new ContentPart.ToolUse("1", "send", "{\"to\":\"bob@example.com\"}")))
			.isEqualTo(new ContentPart.ToolUse("1", "send", "{\"to\":\"bob@example.com\"}"));
		assertThat(output.text("bob@example.com 4111111111111111 ") + output.finishText())
			.isEqualTo("{EMAIL} 4111111111111111 ");
		output.part(new ContentPart.ToolUse("1", "pay", "{\"card\":\"4111 1111 1111 1111\"}"));
		assertThat(output.blockedMessage()).isNotNull();
		assertThat(output.report().findings())
			.contains(new Finding("CREDIT_DEBIT_CARD_NUMBER", Finding.Stage.OUTPUT, Action.BLOCK));
	}

	@Test
	void reasoningThatWasChangedLosesItsSignature() {
		OutputGuard output = TestGuardrails.guard(MASKS).output();

		assertThat(output.part(new ContentPart.Reasoning("He is nice.", "sig")))
			.isEqualTo(new ContentPart.Reasoning("He is nice.", "sig"));
		assertThat(output.part(new ContentPart.Reasoning("He is bob@example.com", "sig")))
			.isEqualTo(new ContentPart.Reasoning("He is {EMAIL}", null));
		assertThat(output.reasoning("He is bob@") + output.reasoning("example.com") + output.finishReasoning())
			.isEqualTo("He is {EMAIL}");
		assertThat(output.part(new ContentPart.Reasoning("", "sig"))).isEqualTo(new ContentPart.Reasoning("", null));
		assertThat(output.reasoning("Hm.") + output.finishReasoning()).isEqualTo("Hm.");
		assertThat(output.part(new ContentPart.Reasoning("", "sig"))).isEqualTo(new ContentPart.Reasoning("", "sig"));
	}

	@Test
	void restoresInToolArgumentsByTheRulesOfJson() {
		Guard guard = TestGuardrails.guard("""
				{"regexes":[{"name":"Quote","pattern":"\\"[a-z]+\\"","action":"mask"}],"reversible":true}""");
		assertThat(
				guard.input(List.of(dev.sluice.prompt.terms.PromptText.given("say \"hello\"")), TestGuardrails.PATIENCE)
					.texts())
			.containsExactly("say {Quote_1}");

		ContentPart.ToolUse use = (ContentPart.ToolUse) guard.output()
			.part(new ContentPart.ToolUse("1", "say", "{\"what\":\"{Quote_1}!\"}"));

		assertThat(JsonMapper.shared().readTree(use.input()).path("what").asString()).isEqualTo("\"hello\"!");
	}

	@Test
	void leavesPartsWithoutTextAlone() {
		OutputGuard output = TestGuardrails.guard(MASKS).output();
		ContentPart image = new ContentPart.Image("png", "aGk=");

		assertThat(output.part(image)).isSameAs(image);
		assertThat(output.part(new ContentPart.Other("table", "{\"cell\":\"bob@example.com\"}")))
			.isEqualTo(new ContentPart.Other("table", "{\"cell\":\"{EMAIL}\"}"));
	}

}
