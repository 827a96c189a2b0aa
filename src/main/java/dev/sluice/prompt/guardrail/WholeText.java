package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import dev.sluice.prompt.guardrail.local.PromptAttack;
import dev.sluice.prompt.terms.PromptText;

/** A look at texts that are there as a whole. */
final class WholeText {

	private final Ruleset rules;

	private final Stage stage;

	private final BiFunction<String, String, String> maskOf;

	private final Engine local;

	WholeText(Ruleset rules, Stage stage, BiFunction<String, String, String> maskOf, GuardrailMeters meters) {
		this.rules = rules;
		this.stage = stage;
		this.maskOf = maskOf;
		this.local = new Engine("local", rules.policy().failOpen(), meters);
	}

	/**
	 * Looks at a text.
	 * @param findings gets what is found in it
	 * @return what may be seen of it
	 */
	Seen at(PromptText text, Findings findings) {
		if (text.given().length == 0) {
			return new Seen(text.text(), List.of());
		}
		List<Sighting> sightings = new ArrayList<>(this.local.ask(() -> local(text), List.of()));
		sightings.forEach((seen) -> findings.add(seen.type(), this.stage, seen.treatment()));
		return new Seen(MaskedText.of(text, sightings).text(), sightings);
	}

	private List<Sighting> local(PromptText text) {
		List<Sighting> sightings = new ArrayList<>();
		for (Sighting sighting : this.rules.at(this.stage).find(text.text(), this.maskOf)) {
			if (text.isGiven(sighting.start(), sighting.end())) {
				sightings.add(sighting);
			}
		}
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

	/**
	 * A text that was looked at.
	 *
	 * @param text what may be seen of it
	 */
	record Seen(String text, List<Sighting> sightings) {
	}

}
