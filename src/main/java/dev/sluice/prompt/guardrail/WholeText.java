package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import dev.sluice.prompt.guardrail.local.PromptAttack;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptText;

/**
 * A look at texts that are there as a whole, at those parts of them that the caller gave.
 * Bedrock is shown these parts alone, several at a time: it might take the rest for an
 * attack.
 */
final class WholeText {

	private static final int AT_A_TIME = 8;

	private final Ruleset rules;

	private final Stage stage;

	private final Placeholders placeholders;

	private final BiFunction<String, String, String> maskOf;

	private final Engines engines;

	private final Findings findings;

	/**
	 * A look.
	 * @param findings gets what is found
	 */
	WholeText(Ruleset rules, Stage stage, Placeholders placeholders, Engines engines, Findings findings) {
		this.rules = rules;
		this.stage = stage;
		this.placeholders = placeholders;
		this.maskOf = (stage == Stage.INPUT) ? placeholders::ofPrompt : placeholders::ofAnswer;
		this.engines = engines;
		this.findings = findings;
	}

	/**
	 * A text that was looked at.
	 *
	 * @param text what may be seen of it
	 * @param sightings what was found, in the text as it was
	 */
	record Seen(PromptText text, List<Sighting> sightings) {
	}

	/**
	 * Looks at texts. Bedrock is not asked about what is blocked already.
	 * @param longest how long all that Bedrock is asked may take
	 */
	List<Seen> at(List<PromptText> texts, Duration longest) {
		long deadline = System.nanoTime() + longest.toNanos();
		List<Seen> seen = new ArrayList<>(texts.size());
		for (PromptText text : texts) {
			seen.add((text.given().length == 0) ? new Seen(text, List.of()) : local(text));
		}
		for (BedrockRule rule : this.rules.applied()) {
			if (!this.findings.blocked()) {
				bedrock(new BedrockLook(rule, this.rules, this.stage, this.engines.bedrock()), texts, seen, deadline);
			}
		}
		return seen;
	}

	private Seen local(PromptText text) {
		List<Sighting> sightings = this.engines.localFailure(this.rules).ask(() -> find(text), List.of());
		sightings.forEach((found) -> this.findings.add(found.type(), this.stage, found.treatment()));
		return new Seen(MaskedText.of(text, sightings), sightings);
	}

	private List<Sighting> find(PromptText text) {
		List<Sighting> sightings = this.rules.at(this.stage).find(text, this.maskOf);
		GuardrailPolicy.PromptAttackRule attack = this.rules.policy().promptAttack();
		if (this.stage == Stage.INPUT && attack != null
				&& PromptAttack.score(given(text)).value() >= attack.threshold()) {
			sightings.add(Sighting.somewhere(Kinds.PROMPT_ATTACK, attack.treatment()));
		}
		return sightings;
	}

	private static String given(PromptText text) {
		int[] given = text.given();
		if (given.length == 2) {
			return text.text().substring(given[0], given[1]);
		}
		StringBuilder all = new StringBuilder();
		for (int index = 0; index < given.length; index += 2) {
			all.append(text.text(), given[index], given[index + 1]).append('\n');
		}
		return all.toString();
	}

	private void bedrock(BedrockLook look, List<PromptText> originals, List<Seen> seen, long deadline) {
		List<String> parts = new ArrayList<>();
		for (Seen each : seen) {
			int[] given = each.text().given();
			for (int index = 0; index < given.length; index += 2) {
				parts.add(each.text().text().substring(given[index], given[index + 1]));
			}
		}
		List<Assessment> assessments = ask(look, parts, deadline);
		int part = 0;
		for (int index = 0; index < seen.size(); index++) {
			int count = seen.get(index).text().given().length / 2;
			seen.set(index, take(originals.get(index), seen.get(index), assessments.subList(part, part + count)));
			part += count;
		}
	}

	private Seen take(PromptText original, Seen seen, List<Assessment> assessments) {
		String text = seen.text().text();
		int[] given = seen.text().given();
		int[] moved = new int[given.length];
		boolean untouched = text.equals(original.text());
		List<Sighting> sightings = new ArrayList<>(seen.sightings());
		StringBuilder visible = new StringBuilder(text.length());
		int done = 0;
		for (int index = 0; index < assessments.size(); index++) {
			Assessment assessment = assessments.get(index);
			int start = given[2 * index];
			int end = given[2 * index + 1];
			this.findings.add(assessment, this.stage);
			Sighting.of(assessment, untouched ? start : -1).forEach(sightings::add);
			visible.append(text, done, start);
			moved[2 * index] = visible.length();
			visible.append(visible(text.substring(start, end), assessment));
			moved[2 * index + 1] = visible.length();
			done = end;
		}
		visible.append(text, done, text.length());
		return new Seen(new PromptText(visible.toString(), moved), sightings);
	}

	private String visible(String part, Assessment assessment) {
		return switch (assessment.verdict()) {
			case NONE -> part;
			case MASKED -> (this.stage == Stage.INPUT) ? BedrockLook.masked(part, assessment, this.placeholders)
					: assessment.text();
			case BLOCKED -> "";
		};
	}

	private List<Assessment> ask(BedrockLook look, List<String> parts, long deadline) {
		OnFailure failure = this.engines.bedrockFailure(this.rules);
		Semaphore places = new Semaphore(AT_A_TIME);
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<Assessment>> answers = parts.stream().map((part) -> threads.submit(() -> {
				places.acquire();
				try {
					return ask(look, part, failure);
				}
				finally {
					places.release();
				}
			})).toList();
			try {
				List<Assessment> assessments = new ArrayList<>(answers.size());
				for (Future<Assessment> answer : answers) {
					assessments.add(answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
				}
				return assessments;
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
			}
			catch (TimeoutException _) {
				throw new PromptException(PromptException.Reason.GUARDRAIL_UNAVAILABLE,
						"A guardrail had not answered when the time limit of the request ran out");
			}
			catch (InterruptedException _) {
				Thread.currentThread().interrupt();
				throw new PromptException(PromptException.Reason.GUARDRAIL_UNAVAILABLE,
						"A guardrail was interrupted before it had answered");
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	private static Assessment ask(BedrockLook look, String part, OnFailure failure) {
		Assessment unseen = new Assessment(Verdict.NONE, part, List.of());
		return part.isBlank() ? unseen : failure.ask(() -> look.at(part), unseen);
	}

}
