package dev.sluice.prompt.guardrail.bedrock;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.GuardrailReport.Verdict;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailResponse;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailAction;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailAssessment;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailAutomatedReasoningFinding;

/**
 * Reads one answer of ApplyGuardrail. It quotes what it found; here that serves to find
 * the place, and is dropped.
 */
final class GuardrailAnswer {

	/** Bedrock allows 100 for the name of a topic or a regex. */
	private static final int MOST_OF_A_NAME = 128;

	private record Entry(Finding finding, @Nullable String match) {
	}

	private final Stage stage;

	private final List<Entry> entries = new ArrayList<>();

	private boolean unclear;

	private GuardrailAnswer(Stage stage) {
		this.stage = stage;
	}

	/**
	 * What the answer says of {@code text}.
	 * @throws IllegalStateException if the answer makes no sense
	 */
	static Assessment read(ApplyGuardrailResponse response, Stage stage, String text) {
		GuardrailAnswer answer = new GuardrailAnswer(stage);
		response.assessments().forEach(answer::add);
		return answer.assessment(response, text);
	}

	private Assessment assessment(ApplyGuardrailResponse response, String text) {
		if (response.actionAsString() == null) {
			throw new IllegalStateException("The answer of ApplyGuardrail says no action");
		}
		boolean intervened = response.action() != GuardrailAction.NONE;
		boolean masks = any(Action.MASK);
		if (any(Action.BLOCK) || intervened && (!masks || this.unclear)) {
			String message = response.outputs().isEmpty() ? null : response.outputs().getFirst().text();
			return new Assessment(Verdict.BLOCKED, (message != null) ? message : "", locate(text, null));
		}
		if (!masks) {
			return new Assessment(Verdict.NONE, text, locate(text, null));
		}
		StringBuilder masked = new StringBuilder();
		response.outputs().forEach((output) -> masked.append((output.text() != null) ? output.text() : ""));
		if (masked.isEmpty()) {
			throw new IllegalStateException("The answer of ApplyGuardrail masks, but has no masked text");
		}
		return new Assessment(Verdict.MASKED, masked.toString(), locate(text, masked.toString()));
	}

	private boolean any(Action action) {
		return this.entries.stream().anyMatch((entry) -> entry.finding().action() == action);
	}

	private List<Located> locate(String text, @Nullable String masked) {
		SequencedSet<Located> located = new LinkedHashSet<>();
		List<Masks.Place> masks = (masked != null) ? Masks.find(text, masked, matches()) : null;
		if (masks != null) {
			masks.forEach((mask) -> located
				.add(new Located(new Finding(mask.match().type(), this.stage, Action.MASK), mask.start(), mask.end())));
		}
		List<Finding> placed = located.stream().map(Located::finding).distinct().toList();
		for (Entry entry : this.entries) {
			if (!placed.contains(entry.finding())) {
				located.add(place(text, entry));
			}
		}
		return List.copyOf(located);
	}

	private List<Masks.Match> matches() {
		return this.entries.stream()
			.filter((entry) -> entry.finding().action() == Action.MASK)
			.filter((entry) -> entry.match() != null && !entry.match().isEmpty())
			.map((entry) -> new Masks.Match(String.valueOf(entry.match()), entry.finding().type()))
			.toList();
	}

	/** Where its match is, if it is in one place only. */
	private static Located place(String text, Entry entry) {
		String match = entry.match();
		int start = (match != null && !match.isEmpty()) ? text.indexOf(match) : -1;
		return (match != null && start >= 0 && text.indexOf(match, start + 1) < 0)
				? new Located(entry.finding(), start, start + match.length()) : Located.nowhere(entry.finding());
	}

	private void add(GuardrailAssessment assessment) {
		if (assessment.topicPolicy() != null) {
			assessment.topicPolicy()
				.topics()
				.forEach((topic) -> add((topic.name() != null) ? "TOPIC:" + topic.name() : "TOPIC", null,
						topic.actionAsString(), topic.detected()));
		}
		if (assessment.contentPolicy() != null) {
			assessment.contentPolicy()
				.filters()
				.forEach((filter) -> add(filter.typeAsString(), null, filter.actionAsString(), filter.detected()));
		}
		if (assessment.wordPolicy() != null) {
			assessment.wordPolicy()
				.customWords()
				.forEach((word) -> add("WORD", word.match(), word.actionAsString(), word.detected()));
			assessment.wordPolicy()
				.managedWordLists()
				.forEach((word) -> add(orElse(word.typeAsString(), "PROFANITY"), word.match(), word.actionAsString(),
						word.detected()));
		}
		if (assessment.sensitiveInformationPolicy() != null) {
			assessment.sensitiveInformationPolicy()
				.piiEntities()
				.forEach((entity) -> add(entity.typeAsString(), entity.match(), entity.actionAsString(),
						entity.detected()));
			assessment.sensitiveInformationPolicy()
				.regexes()
				.forEach((regex) -> add(orElse(regex.name(), "REGEX"), regex.match(), regex.actionAsString(),
						regex.detected()));
		}
		if (assessment.contextualGroundingPolicy() != null) {
			assessment.contextualGroundingPolicy()
				.filters()
				.forEach((filter) -> add(filter.typeAsString(), null, filter.actionAsString(), filter.detected()));
		}
		if (assessment.automatedReasoningPolicy() != null) {
			assessment.automatedReasoningPolicy()
				.findings()
				.forEach((finding) -> add(reasoning(finding), null, "NONE", true));
		}
	}

	private void add(@Nullable String type, @Nullable String match, @Nullable String action,
			@Nullable Boolean detected) {
		@Nullable Action done = switch (action) {
			case "BLOCKED" -> Action.BLOCK;
			case "ANONYMIZED" -> Action.MASK;
			case "NONE" -> Boolean.TRUE.equals(detected) ? Action.FLAG : null;
			case null, default -> {
				this.unclear = true;
				yield Action.FLAG;
			}
		};
		if (type != null && !type.isEmpty() && done != null) {
			String name = (type.length() > MOST_OF_A_NAME) ? type.substring(0, MOST_OF_A_NAME) : type;
			this.entries.add(new Entry(new Finding(name, this.stage, done), match));
		}
	}

	private static String orElse(@Nullable String name, String other) {
		return (name != null && !name.isEmpty()) ? name : other;
	}

	/** Automated reasoning only tells; what speaks for the text is no finding. */
	private static @Nullable String reasoning(GuardrailAutomatedReasoningFinding finding) {
		return switch (finding.type()) {
			case INVALID -> "REASONING_INVALID";
			case IMPOSSIBLE -> "REASONING_IMPOSSIBLE";
			case SATISFIABLE -> "REASONING_SATISFIABLE";
			case TRANSLATION_AMBIGUOUS -> "REASONING_AMBIGUOUS";
			default -> null;
		};
	}

}
