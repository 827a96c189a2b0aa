package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import dev.sluice.prompt.guardrail.bedrock.Located;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.prompt.terms.PromptText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Guardrails of Bedrock beside the local engine, and engines that fail. */
class EngineTests {

	private static final String BOTH = """
			{"pii":{"EMAIL":"mask"},"bedrock":{"identifier":"abc","window":100}%s}""";

	private static final String SORRY = "Bedrock is sorry.";

	private final List<String> shown = new CopyOnWriteArrayList<>();

	@Test
	void showsBedrockWhatTheCallerGaveAndMaskedWithoutTheRest() {
		Guard guard = TestGuardrails.guard(BOTH.formatted(""), this::names);

		Guard.Input input = guard.input(List.of(PromptText.authored("Ada wrote this."),
				new PromptText("Greet Ada and help: I am Bob, bob@example.com. Bye Ada.", new int[] { 20, 47 }),
				PromptText.given("Eve!")), TestGuardrails.PATIENCE);

		assertThat(this.shown).containsExactlyInAnyOrder("I am Bob, {EMAIL}. ", "Eve!");
		assertThat(input.texts()).containsExactly("Ada wrote this.",
				"Greet Ada and help: I am {NAME}, {EMAIL}. Bye Ada.", "{NAME}!");
		assertThat(input.report().verdict()).isEqualTo(Verdict.MASKED);
		assertThat(input.report().findings()).containsExactlyInAnyOrder(
				new Finding("EMAIL", Finding.Stage.INPUT, Action.MASK),
				new Finding("NAME", Finding.Stage.INPUT, Action.MASK));
	}

	@Test
	void restoresWhatBedrockMaskedToo() {
		Guard guard = TestGuardrails.guard(BOTH.formatted(",\"reversible\":true"), this::names);

		assertThat(guard
			.input(List.of(PromptText.given("Ada met Bob, bob@example.com, and Ada.")), TestGuardrails.PATIENCE)
			.texts()).containsExactly("{NAME_1} met {NAME_2}, {EMAIL_1}, and {NAME_1}.");
		OutputGuard output = guard.output();
		assertThat(output.text("{NAME_2} and Eve wrote to {EMAIL_1}") + output.finishText())
			.isEqualTo("Bob and {NAME} wrote to bob@example.com");
	}

	@Test
	void bedrockIsNotAskedAboutWhatIsBlockedAlready() {
		Guard guard = TestGuardrails.guard("""
				{"words":[{"text":"falcon","action":"block"}],"bedrock":{"identifier":"abc"}}""", this::names);

		assertThat(guard.input(List.of(PromptText.given("A falcon")), TestGuardrails.PATIENCE).blockedMessage())
			.isNotNull();
		assertThat(this.shown).isEmpty();
	}

	@Test
	void aBlockOfBedrockSpeaksItsOwnWordsUnlessThePolicyHasSome() {
		assertThat(TestGuardrails.guard(BOTH.formatted(""), this::names)
			.input(List.of(PromptText.given("a curse")), TestGuardrails.PATIENCE)
			.blockedMessage()).isEqualTo(SORRY);
		assertThat(TestGuardrails.guard(BOTH.formatted(",\"messages\":{\"input\":\"No.\"}"), this::names)
			.input(List.of(PromptText.given("a curse")), TestGuardrails.PATIENCE)
			.blockedMessage()).isEqualTo("No.");
	}

	@Test
	void doesMoreThanBedrockWhereThePolicyNamesTheType() {
		Guard guard = TestGuardrails.guard("""
				{"pii":{"NAME":{"input":"block","output":"mask"}},"bedrock":{"identifier":"abc"}}""", this::names);

		assertThat(guard.input(List.of(PromptText.given("I am Ada")), TestGuardrails.PATIENCE).report().findings())
			.containsExactly(new Finding("NAME", Finding.Stage.INPUT, Action.BLOCK));
		Guard flagging = TestGuardrails.guard("{\"pii\":{\"NAME\":\"mask\"},\"bedrock\":{\"identifier\":\"abc\"}}",
				(rule, stage, text) -> new Assessment(Verdict.NONE, text,
						List.of(new Located(new Finding("NAME", stage, Action.FLAG), 0, 3))));
		assertThat(flagging.input(List.of(PromptText.given("Ada, hi")), TestGuardrails.PATIENCE).texts())
			.containsExactly("{NAME}, hi");
		Guard lost = TestGuardrails.guard("{\"pii\":{\"NAME\":\"mask\"},\"bedrock\":{\"identifier\":\"abc\"}}",
				(rule, stage, text) -> new Assessment(Verdict.NONE, text,
						List.of(new Located(new Finding("NAME", stage, Action.FLAG), -1, -1))));
		assertThat(lost.input(List.of(PromptText.given("Ada, hi")), TestGuardrails.PATIENCE).blockedMessage())
			.isNotNull();
	}

	@Test
	void aStreamIsTheSameHoweverItIsCutWithBedrockToo() {
		Random random = new Random(7);
		String answer = "Ada and Bob wrote to eve@example.com. It was late, and nobody was there to see Ada. "
			.repeat(6);
		OutputGuard inOnePiece = TestGuardrails.guard(BOTH.formatted(""), this::names).output();
		String whole = inOnePiece.text(answer) + inOnePiece.finishText();

		assertThat(whole).isEqualTo(answer.replaceAll("Ada|Bob", "{NAME}").replace("eve@example.com", "{EMAIL}"));
		for (int round = 0; round < 200; round++) {
			OutputGuard cut = TestGuardrails.guard(BOTH.formatted(""), this::names).output();
			StringBuilder released = new StringBuilder();
			for (int index = 0; index < answer.length();) {
				int end = Math.min(answer.length(), index + 1 + random.nextInt(20));
				released.append(cut.text(answer.substring(index, end)));
				assertThat(cut.held()).isLessThanOrEqualTo(100 + 256);
				index = end;
			}
			assertThat(released.append(cut.finishText())).hasToString(whole);
		}
	}

	@Test
	void nothingComesAfterABlockInTheMiddle() {
		OutputGuard output = TestGuardrails.guard(BOTH.formatted(""), this::names).output();
		StringBuilder released = new StringBuilder();
		for (int index = 0; index < 40; index++) {
			released.append(output.text((index == 20) ? "a curse. " : "Some words. "));
			if (output.blockedMessage() != null) {
				assertThat(output.text("more")).isEmpty();
				assertThat(output.finishText()).isEmpty();
				break;
			}
		}

		assertThat(output.blockedMessage()).isEqualTo(SORRY);
		assertThat(output.report().verdict()).isEqualTo(Verdict.BLOCKED);
		assertThat(released.toString()).startsWith("Some words.").doesNotContain("curse");
	}

	@Test
	void showsBedrockToolArgumentsWithoutEscapes() {
		OutputGuard output = TestGuardrails.guard(BOTH.formatted(""), this::names).output();

		assertThat(arguments(output, "{ \"to\":\"\\u0041da\", \"n\":1.0}")).isEqualTo("{\"to\":\"{NAME}\",\"n\":1.0}");
		assertThat(this.shown).containsExactly("{\"to\":\"Ada\",\"n\":1.0}");
		assertThat(arguments(output, "{ \"to\":\"nobody\"}")).isEqualTo("{ \"to\":\"nobody\"}");
		arguments(output, "{\"say\":\"a curse\"}");
		assertThat(output.blockedMessage()).isEqualTo(SORRY);
	}

	@Test
	void asksAboutEachValueWhereAMaskWouldBreakTheJson() {
		OutputGuard output = TestGuardrails
			.guard("{\"bedrock\":{\"identifier\":\"abc\"}}",
					(rule, stage, text) -> masking(Pattern.compile("[0-9]{4}"), "PIN", stage, text))
			.output();

		assertThat(arguments(output, "{\"pin\":1234,\"x\":\"my 5678\",\"y\":[12]}"))
			.isEqualTo("{\"pin\":\"{PIN}\",\"x\":\"my {PIN}\",\"y\":[12]}");
	}

	@Test
	void aFailingEngineLetsNothingPassByDefault() {
		Guard guard = TestGuardrails.guard(BOTH.formatted(""), EngineTests::failing);

		assertUnavailable(() -> guard.input(List.of(PromptText.given("hi")), TestGuardrails.PATIENCE));
		assertUnavailable(
				() -> guard.input(List.of(PromptText.given("hi"), PromptText.given("there")), TestGuardrails.PATIENCE));
		OutputGuard output = guard.output();
		assertThat(output.text("Short.")).isEmpty();
		assertUnavailable(output::finishText);
		OutputGuard longer = guard.output();
		assertUnavailable(() -> longer.text("x ".repeat(400)));
		assertUnavailable(() -> guard.output().part(new ContentPart.ToolUse("1", "send", "{\"a\":\"b\"}")));
	}

	@Test
	void aFailingEngineLetsTheRestPassWhereThePolicySaysSo() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		Guard guard = new Guard(
				Ruleset.of("test", "test", TestGuardrails.policy(BOTH.formatted(",\"onFailure\":\"open\"")), 256),
				new Engines(EngineTests::failing, new GuardrailMeters(meters)));

		assertThat(guard.input(List.of(PromptText.given("Ada, bob@example.com")), TestGuardrails.PATIENCE).texts())
			.containsExactly("Ada, {EMAIL}");
		OutputGuard output = guard.output();
		String answer = "Ada wrote to bob@example.com. ".repeat(30);
		StringBuilder released = new StringBuilder();
		for (int index = 0; index < answer.length(); index += 7) {
			released.append(output.text(answer.substring(index, Math.min(answer.length(), index + 7))));
		}
		assertThat(released.append(output.finishText())).hasToString(answer.replace("bob@example.com", "{EMAIL}"));
		assertThat(arguments(output, "{\"a\":\"Ada\"}")).isEqualTo("{\"a\":\"Ada\"}");
		assertThat(
				meters.get("sluice.guardrail.failures").tags("engine", "bedrock", "outcome", "open").counter().count())
			.isGreaterThanOrEqualTo(3);
	}

	@Test
	void passesAGuardrailThroughToTheModelCall() {
		Guard guard = TestGuardrails.guard("""
				{"bedrock":{"identifier":"abc","version":"2","mode":"converse-async"}}""");

		assertThat(guard.provider()).isEqualTo(new ProviderGuardrail("abc", "2", true));
		assertThat(guard.idle()).isFalse();
		assertThat(guard.input(List.of(PromptText.given("hi")), TestGuardrails.PATIENCE).texts()).containsExactly("hi");
		assertThat(guard.output().text("hi")).isEqualTo("hi");
	}

	@Test
	void countsWhatIsFoundByBoundedTags() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		Guard guard = new Guard(Ruleset.of("test", "stored", TestGuardrails.policy("""
				{"pii":{"EMAIL":"mask"},"regexes":[{"name":"Mine","pattern":"m+n","action":"flag"}]}"""), 256),
				new Engines(TestGuardrails.NO_BEDROCK, new GuardrailMeters(meters)));

		guard.input(List.of(PromptText.given("a@example.com b@example.com mmn")), TestGuardrails.PATIENCE);

		assertThat(meters.get("sluice.guardrail.findings")
			.tags("type", "EMAIL", "stage", "input", "action", "mask", "policy", "stored")
			.counter()
			.count()).isEqualTo(2);
		assertThat(meters.get("sluice.guardrail.findings").tags("type", "OTHER", "action", "flag").counter().count())
			.isEqualTo(1);
		assertThat(meters.get("sluice.guardrail.duration").tags("stage", "input").timer().count()).isEqualTo(1);
	}

	private static String arguments(OutputGuard output, String json) {
		return ((ContentPart.ToolUse) output.part(new ContentPart.ToolUse("1", "send", json))).input();
	}

	/** A guardrail that masks names and blocks curses. */
	private Assessment names(BedrockRule rule, Finding.Stage stage, String text) {
		assertThat(rule.identifier()).isEqualTo("abc");
		this.shown.add(text);
		if (text.contains("curse")) {
			return new Assessment(Verdict.BLOCKED, SORRY,
					List.of(new Located(new Finding("WORD", stage, Action.BLOCK), -1, -1)));
		}
		return masking(Pattern.compile("Ada|Bob|Eve"), "NAME", stage, text);
	}

	private static Assessment masking(Pattern pattern, String type, Finding.Stage stage, String text) {
		List<Located> found = new ArrayList<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(new Located(new Finding(type, stage, Action.MASK), matcher.start(), matcher.end()));
		}
		return new Assessment(found.isEmpty() ? Verdict.NONE : Verdict.MASKED,
				matcher.replaceAll(Matcher.quoteReplacement("{" + type + "}")), found);
	}

	private static Assessment failing(BedrockRule rule, Finding.Stage stage, String text) {
		throw new PromptException(Reason.GUARDRAIL_UNAVAILABLE, "The guardrail cannot be asked at the moment");
	}

	private static void assertUnavailable(Runnable call) {
		assertThatExceptionOfType(PromptException.class).isThrownBy(call::run)
			.extracting(PromptException::reason)
			.isEqualTo(Reason.GUARDRAIL_UNAVAILABLE);
	}

}
