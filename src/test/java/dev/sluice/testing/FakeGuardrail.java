package dev.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers ApplyGuardrail as Bedrock does, by patterns: masks, blocks or only tells what
 * they match. <pre>
 * fake.answerGuardrailsByDefault(new FakeGuardrail().pii("AGE", "ANONYMIZED", "[0-9]+").word("darn"));
 * </pre>
 */
public final class FakeGuardrail implements FakeBedrock.Answer {

	/** What stands for the text where it was blocked. */
	public static final String BLOCKED = "Sorry, the guardrail does not allow that.";

	/** What it takes in one call, as Bedrock does in its smaller regions. */
	public static final int MOST_CHARACTERS = 25_000;

	private static final JsonMapper JSON = new JsonMapper();

	private record Rule(String list, String name, String action, Pattern pattern) {
	}

	private final List<Rule> rules = new ArrayList<>();

	/** An entity of personal data: ANONYMIZED, BLOCKED or NONE. */
	public FakeGuardrail pii(String type, String action, String pattern) {
		this.rules.add(new Rule("piiEntities", type, action, Pattern.compile(pattern)));
		return this;
	}

	/** A regex of the guardrail's own: ANONYMIZED, BLOCKED or NONE. */
	public FakeGuardrail regex(String name, String action, String pattern) {
		this.rules.add(new Rule("regexes", name, action, Pattern.compile(pattern)));
		return this;
	}

	/** A word that is blocked. */
	public FakeGuardrail word(String word) {
		this.rules.add(
				new Rule("customWords", "", "BLOCKED", Pattern.compile(Pattern.quote(word), Pattern.CASE_INSENSITIVE)));
		return this;
	}

	@Override
	public void to(FakeExchange exchange) {
		JsonNode request = JSON.readTree(exchange.request().body());
		JsonNode content = request.path("content").path(0).path("text").path("text");
		if (!content.isString() || !List.of("INPUT", "OUTPUT").contains(request.path("source").asString(""))) {
			exchange.error(400, "ValidationException", "The content or the source of the request is invalid.");
			return;
		}
		String text = content.stringValue();
		if (text.length() > MOST_CHARACTERS) {
			exchange.error(400, "ValidationException", "Too many text units: " + text.length() + " characters.");
			return;
		}
		exchange.json(200, answer(text));
	}

	private String answer(String text) {
		ObjectNode words = JSON.createObjectNode();
		words.putArray("customWords");
		words.putArray("managedWordLists");
		ObjectNode sensitive = JSON.createObjectNode();
		sensitive.putArray("piiEntities");
		sensitive.putArray("regexes");
		String masked = text;
		boolean blocked = false;
		for (Rule rule : this.rules) {
			ObjectNode policy = rule.list().equals("customWords") ? words : sensitive;
			for (String match : rule.pattern().matcher(text).results().map(MatchResult::group).distinct().toList()) {
				add((ArrayNode) policy.get(rule.list()), rule, match);
				blocked |= rule.action().equals("BLOCKED");
			}
			if (rule.action().equals("ANONYMIZED")) {
				masked = rule.pattern().matcher(masked).replaceAll(Matcher.quoteReplacement("{" + rule.name() + "}"));
			}
		}
		boolean intervened = blocked || !masked.equals(text);
		ObjectNode answer = JSON.createObjectNode();
		answer.put("action", intervened ? "GUARDRAIL_INTERVENED" : "NONE");
		answer.put("actionReason", blocked ? "Guardrail blocked." : intervened ? "Guardrail masked." : "No action.");
		ObjectNode assessment = answer.putArray("assessments").addObject();
		assessment.putObject("appliedGuardrailDetails").put("guardrailId", "abc123").put("guardrailVersion", "1");
		ObjectNode metrics = assessment.putObject("invocationMetrics").put("guardrailProcessingLatency", 146);
		metrics.set("usage", usage(text));
		if (sensitive.values().stream().anyMatch((list) -> !list.isEmpty())) {
			assessment.set("sensitiveInformationPolicy", sensitive);
		}
		if (words.values().stream().anyMatch((list) -> !list.isEmpty())) {
			assessment.set("wordPolicy", words);
		}
		answer.putObject("guardrailCoverage")
			.putObject("textCharacters")
			.put("guarded", text.length())
			.put("total", text.length());
		ArrayNode outputs = answer.putArray("outputs");
		if (intervened) {
			outputs.addObject().put("text", blocked ? BLOCKED : masked);
		}
		answer.set("usage", usage(text));
		return JSON.writeValueAsString(answer);
	}

	private static void add(ArrayNode list, Rule rule, String match) {
		ObjectNode entry = list.addObject().put("action", rule.action()).put("detected", true).put("match", match);
		switch (rule.list()) {
			case "piiEntities" -> entry.put("type", rule.name());
			case "regexes" -> entry.put("name", rule.name()).put("regex", rule.pattern().pattern());
			default -> {
			}
		}
	}

	/** A text unit is up to 1,000 characters. */
	private static ObjectNode usage(String text) {
		int units = (text.length() + 999) / 1_000;
		return JSON.createObjectNode()
			.put("contentPolicyUnits", 0)
			.put("contextualGroundingPolicyUnits", 0)
			.put("sensitiveInformationPolicyFreeUnits", units)
			.put("sensitiveInformationPolicyUnits", units)
			.put("topicPolicyUnits", 0)
			.put("wordPolicyUnits", units);
	}

}
