package dev.sluice.model.bedrock;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelReply;
import dev.sluice.model.bedrock.Transports.Pair;
import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a guardrail that Bedrock applies itself is said to have done. */
class ProviderGuardrailTests {

	private static final String INTERVENED = "guardrail_intervened";

	private static final Finding[] EVERYTHING = { find("GROUNDING", Action.BLOCK), find("PIN", Action.BLOCK),
			find("PROFANITY", Action.BLOCK), find("PROMPT_ATTACK", Action.BLOCK), find("REGEX", Action.BLOCK),
			find("TOPIC:Investment advice", Action.BLOCK), find("WORD", Action.BLOCK),
			find("Account Number", Action.MASK), find("EMAIL", Action.MASK), find("AGE", Action.FLAG),
			find("HATE", Action.FLAG), find("REASONING_AMBIGUOUS", Action.FLAG),
			find("REASONING_IMPOSSIBLE", Action.FLAG), find("REASONING_INVALID", Action.FLAG),
			find("REASONING_SATISFIABLE", Action.FLAG), find("TOPIC:Weather", Action.FLAG) };

	private static Transports transports;

	@BeforeAll
	static void open() {
		transports = new Transports();
	}

	@AfterAll
	static void close() throws IOException {
		transports.close();
	}

	@Test
	void aMaskedAnswerEndsByItself() {
		assertReads("masked", INTERVENED, FinishReason.END_TURN, Verdict.MASKED, find("ADDRESS", Action.MASK),
				find("Account Number", Action.MASK));
		assertReads("masked twice", INTERVENED, FinishReason.END_TURN, Verdict.MASKED, find("EMAIL", Action.MASK),
				find("NAME", Action.MASK));
		assertReads("input masked", "max_tokens", FinishReason.MAX_TOKENS, Verdict.MASKED,
				new Finding("PHONE", Stage.INPUT, Action.MASK));
	}

	@Test
	void aBlockedAnswerSaysOfWhat() {
		assertReads("output blocked", INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED, EVERYTHING);
		assertReads("input blocked", INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED,
				Arrays.stream(EVERYTHING)
					.map((finding) -> new Finding(finding.type(), Stage.INPUT, finding.action()))
					.toArray(Finding[]::new));
	}

	@Test
	void aBlockedInputCostsNoTokens() {
		String trace = GuardrailCorpus.traces().get("input blocked");

		for (ModelReply reply : replies(ReplyCorpus.guarded(INTERVENED, trace, "0"))) {
			assertThat(reply.usage()).isEqualTo(Usage.NONE);
			assertThat(reply.guardrail().verdict()).isEqualTo(Verdict.BLOCKED);
		}
	}

	@Test
	void withoutAnAssessmentAnInterventionIsABlock() {
		for (String trace : List.of("nothing found", "empty", "null", "null members")) {
			assertReads(trace, INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED);
		}
		assertReads("detected only", INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED, find("NAME", Action.FLAG));
		for (ModelReply reply : replies(ReplyCorpus.body("{\"text\":\"Sorry.\"}", INTERVENED))) {
			assertThat(reply.finishReason()).isEqualTo(FinishReason.GUARDRAIL);
			assertThat(reply.guardrail()).isEqualTo(new GuardrailReport(Verdict.BLOCKED, List.of()));
		}
	}

	@Test
	void withoutAnInterventionWhatWasOnlySeenIsTold() {
		assertReads("detected only", "end_turn", FinishReason.END_TURN, Verdict.NONE, find("NAME", Action.FLAG));
		for (ModelReply reply : replies(ReplyCorpus.body("{\"text\":\"x\"}", "end_turn"))) {
			assertThat(reply.guardrail()).isEqualTo(GuardrailReport.NONE);
		}
	}

	@Test
	void whatIsNotUnderstoodIsNotTakenForAMask() {
		assertReads("an action of tomorrow", INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED,
				find("NAME", Action.MASK), find("AGE", Action.FLAG));
		assertReads("of tomorrow", INTERVENED, FinishReason.END_TURN, Verdict.MASKED,
				new Finding("DNA", Stage.INPUT, Action.MASK));
		assertReads("nameless", INTERVENED, FinishReason.GUARDRAIL, Verdict.BLOCKED, find("TOPIC", Action.BLOCK),
				find("PROFANITY", Action.FLAG));
	}

	@Test
	void namesAreBounded() {
		String trace = GuardrailCorpus.traces().get("masked").replace("Account Number", "A".repeat(10_000));

		for (ModelReply reply : replies(ReplyCorpus.guarded(INTERVENED, trace, "1"))) {
			assertThat(reply.guardrail().findings()).extracting(Finding::type).contains("A".repeat(128));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { INTERVENED, "end_turn" })
	void noMatchGetsOut(String stopReason) {
		for (Map.Entry<String, String> trace : GuardrailCorpus.traces().entrySet()) {
			assertThat(outcomes(trace.getKey(), stopReason).toString()).contains("Sorry.")
				.doesNotContain(GuardrailCorpus.SECRET);
		}
	}

	private static void assertReads(String trace, String stopReason, FinishReason reason, Verdict verdict,
			Finding... findings) {
		GuardrailReport report = new GuardrailReport(verdict, List.of(findings));
		for (Outcome outcome : outcomes(trace, stopReason)) {
			if (outcome.reply() != null) {
				assertThat(outcome.reply().finishReason()).isEqualTo(reason);
				assertThat(outcome.reply().guardrail()).isEqualTo(report);
			}
			else {
				assertThat(outcome.events()).endsWith(new ModelEvent.Finished(reason, Usage.of(13, 13), report));
			}
		}
	}

	/** Of both transports, at once and streamed. */
	private static List<Outcome> outcomes(String name, String stopReason) {
		String trace = GuardrailCorpus.traces().get(name);
		Pair<Outcome> replies = transports
			.replies((exchange) -> exchange.json(200, ReplyCorpus.guarded(stopReason, trace, "13")));
		Pair<Outcome> streams = transports.streams(0,
				(_) -> (exchange) -> StreamCorpus.send(StreamCorpus.guarded(stopReason, trace, 13), exchange));
		return List.of(replies.wire(), replies.sdk(), streams.wire(), streams.sdk());
	}

	private static List<ModelReply> replies(String body) {
		Pair<Outcome> replies = transports.replies((exchange) -> exchange.json(200, body));
		return List.of(replies.wire().reply(), replies.sdk().reply());
	}

	private static Finding find(String type, Action action) {
		return new Finding(type, Stage.OUTPUT, action);
	}

}
