package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.bedrock.Assessment;
import dev.sluice.prompt.terms.PromptText;

/** A look at a JSON document, such as what the model hands to a tool. */
final class JsonLook {

	/** Beyond so many values a guardrail of Bedrock is not asked about each. */
	private static final int MOST_VALUES = 32;

	private final Ruleset rules;

	private final Stage stage;

	private final Placeholders placeholders;

	private final Engines engines;

	private final Findings findings;

	JsonLook(Ruleset rules, Stage stage, Placeholders placeholders, Engines engines, Findings findings) {
		this.rules = rules;
		this.stage = stage;
		this.placeholders = placeholders;
		this.engines = engines;
		this.findings = findings;
	}

	/** What may be seen of a document; the same one if nothing in it changes. */
	String at(String json) {
		String visible = json;
		if (!this.rules.at(this.stage).isEmpty()) {
			String unseen = visible;
			visible = this.engines.localFailure(this.rules)
				.ask(() -> JsonScreen.screen(unseen, this::local, (text) -> local("", text)), unseen);
		}
		for (BedrockRule rule : this.rules.applied()) {
			visible = bedrock(rule, visible);
		}
		if (!this.placeholders.isEmpty()) {
			visible = JsonScreen.screen(visible, (_, value) -> restored(value), this::restored);
		}
		return visible;
	}

	/** A value is looked at next to its name, which may tell what it is. */
	private String local(String name, String value) {
		String before = name.isEmpty() ? "" : name + ": ";
		PromptText text = new PromptText(before + value,
				new int[] { before.length(), before.length() + value.length() });
		List<Sighting> sightings = new ArrayList<>();
		for (Sighting sighting : this.rules.at(this.stage).find(text, this.placeholders::ofAnswer)) {
			this.findings.add(sighting.type(), this.stage, sighting.treatment());
			sightings.add(sighting.from(before.length()));
		}
		return MaskedText.of(PromptText.authored(value), sightings).text();
	}

	/**
	 * Bedrock is shown the whole document, without escapes. Only if masks break it is
	 * Bedrock asked about each value.
	 */
	private String bedrock(BedrockRule rule, String json) {
		BedrockLook look = new BedrockLook(rule, this.rules, this.stage, this.engines.bedrock());
		OnFailure failure = this.engines.bedrockFailure(this.rules);
		String plain = JsonScreen.plain(json);
		Assessment whole = ask(look, failure, plain);
		if (whole.verdict() != Verdict.MASKED) {
			this.findings.add(whole, this.stage);
			return json;
		}
		if (!JsonScreen.isJson(plain) || JsonScreen.isJson(whole.text())) {
			this.findings.add(whole, this.stage);
			return whole.text();
		}
		int[] asked = new int[1];
		UnaryOperator<String> value = (text) -> {
			if (text.isBlank() || this.findings.blocked()) {
				return text;
			}
			if (asked[0]++ == MOST_VALUES) {
				this.findings.add(new Assessment(Verdict.BLOCKED, "", whole.findings()), this.stage);
				return "";
			}
			Assessment assessment = ask(look, failure, text);
			this.findings.add(assessment, this.stage);
			return (assessment.verdict() == Verdict.BLOCKED) ? "" : assessment.text();
		};
		return JsonScreen.screen(json, (_, text) -> value.apply(text), value);
	}

	private static Assessment ask(BedrockLook look, OnFailure failure, String text) {
		return failure.ask(() -> look.at(text), new Assessment(Verdict.NONE, text, List.of()));
	}

	private String restored(String text) {
		StringBuilder out = new StringBuilder(text.length());
		RestoreScreen screen = new RestoreScreen(this.placeholders.values(), null);
		screen.accept(text, out);
		screen.finish(out);
		return out.toString();
	}

}
