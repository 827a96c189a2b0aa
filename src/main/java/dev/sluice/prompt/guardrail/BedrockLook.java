package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import dev.sluice.prompt.guardrail.bedrock.Located;
import dev.sluice.prompt.terms.PromptText;
import org.jspecify.annotations.Nullable;

/**
 * Asks one guardrail of Bedrock at one stage, and does more about a type than the
 * guardrail did where the policy names the type.
 */
final class BedrockLook {

	private final BedrockRule rule;

	private final Ruleset rules;

	private final Stage stage;

	private final BedrockEngine engine;

	BedrockLook(BedrockRule rule, Ruleset rules, Stage stage, BedrockEngine engine) {
		this.rule = rule;
		this.rules = rules;
		this.stage = stage;
		this.engine = engine;
	}

	Assessment at(String text) {
		Assessment assessment = this.engine.apply(this.rule, this.stage.reported(), text);
		boolean raised = assessment.findings().stream().anyMatch((found) -> !raise(found).equals(found));
		return raised ? raised(text, assessment) : assessment;
	}

	private Located raise(Located found) {
		Treatment.ByStage wanted = this.rules.policy().pii().get(found.finding().type());
		Action action = (wanted != null) ? wanted.at(this.stage).action() : null;
		if (action == null || action.compareTo(found.finding().action()) <= 0) {
			return found;
		}
		return new Located(new Finding(found.finding().type(), found.finding().stage(), action), found.start(),
				found.end());
	}

	private Assessment raised(String text, Assessment assessment) {
		List<Located> findings = assessment.findings().stream().map(this::raise).toList();
		if (assessment.verdict() == Verdict.BLOCKED || findings.stream().anyMatch((found) -> is(found, Action.BLOCK))) {
			return new Assessment(Verdict.BLOCKED, "", findings);
		}
		List<Located> masks = findings.stream().filter((found) -> is(found, Action.MASK)).toList();
		if (!masks.stream().allMatch(Located::known)) {
			// What is to be masked and cannot be found must not pass.
			return new Assessment(Verdict.BLOCKED, "", findings);
		}
		return new Assessment(Verdict.MASKED, masked(text, masks, null), findings);
	}

	/**
	 * What a placeholder of a generation stands for is known there; where the places of
	 * all masks are known too, those of Bedrock become such.
	 */
	static String masked(String text, Assessment assessment, Placeholders placeholders) {
		List<Located> masks = assessment.findings().stream().filter((found) -> is(found, Action.MASK)).toList();
		boolean known = masks.stream().allMatch(Located::known) && masked(text, masks, null).equals(assessment.text());
		return known ? masked(text, masks, placeholders) : assessment.text();
	}

	private static String masked(String text, List<Located> masks, @Nullable Placeholders placeholders) {
		List<Sighting> sightings = new ArrayList<>();
		for (Located found : masks) {
			String type = found.finding().type();
			String mask = (placeholders != null)
					? placeholders.ofPrompt(type, text.substring(found.start(), found.end()))
					: Placeholders.plain(type);
			sightings.add(new Sighting(type, Treatment.MASK, found.start(), found.end(), mask));
		}
		sightings.sort(Comparator.comparingInt(Sighting::start));
		return MaskedText.of(PromptText.authored(text), sightings).text();
	}

	private static boolean is(Located found, Action action) {
		return found.finding().action() == action;
	}

}
