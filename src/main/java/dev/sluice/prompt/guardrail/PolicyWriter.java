package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.Messages;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes policies as {@link PolicyReader} reads them. */
final class PolicyWriter {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private PolicyWriter() {
	}

	static ObjectNode write(GuardrailPolicy policy) {
		ObjectNode json = nodes.objectNode();
		if (!policy.description().isEmpty()) {
			json.put("description", policy.description());
		}
		json.put("enabled", policy.enabled());
		if (!policy.pii().isEmpty()) {
			writePii(json.putObject("pii"), policy.pii());
		}
		writeRules(json, policy);
		writeBedrock(json, policy);
		writeMessages(json, policy.messages());
		json.put("onFailure", policy.failOpen() ? "open" : "block");
		json.put("reversible", policy.reversible());
		if (policy.holdBack() != null) {
			json.put("holdBack", policy.holdBack());
		}
		json.putObject("audit").put("text", policy.audit().text()).put("retention", days(policy.audit().retention()));
		return json;
	}

	private static void writePii(ObjectNode json, Map<String, Treatment.ByStage> pii) {
		new TreeMap<>(pii).forEach((type, treatment) -> write(json, type, treatment));
	}

	private static void writeRules(ObjectNode json, GuardrailPolicy policy) {
		if (!policy.regexes().isEmpty()) {
			ArrayNode regexes = json.putArray("regexes");
			policy.regexes().forEach((rule) -> {
				ObjectNode regex = regexes.addObject().put("name", rule.name()).put("pattern", rule.pattern());
				write(regex, "action", rule.treatment());
				regex.put("maxLength", rule.maxLength());
			});
		}
		if (!policy.words().isEmpty()) {
			ArrayNode words = json.putArray("words");
			policy.words()
				.forEach((rule) -> write(words.addObject().put("text", rule.text()), "action", rule.treatment()));
		}
		if (policy.promptAttack() != null) {
			json.putObject("promptAttack")
				.put("action", policy.promptAttack().treatment().word())
				.put("threshold", policy.promptAttack().threshold());
		}
	}

	private static void writeBedrock(ObjectNode json, GuardrailPolicy policy) {
		for (BedrockRule rule : policy.bedrock()) {
			json.putObject("bedrock")
				.put("identifier", rule.identifier())
				.put("version", rule.version())
				.put("mode", rule.mode().word())
				.put("window", rule.window());
		}
	}

	private static void writeMessages(ObjectNode json, Messages messages) {
		if (messages.input() != null || messages.output() != null) {
			ObjectNode object = json.putObject("messages");
			if (messages.input() != null) {
				object.put("input", messages.input());
			}
			if (messages.output() != null) {
				object.put("output", messages.output());
			}
		}
	}

	private static void write(ObjectNode json, String name, Treatment.ByStage treatment) {
		if (treatment.input() == treatment.output() && treatment.output() == treatment.tool()) {
			json.put(name, treatment.input().word());
		}
		else {
			json.putObject(name)
				.put("input", treatment.input().word())
				.put("output", treatment.output().word())
				.put("tool", treatment.tool().word());
		}
	}

	private static String days(Duration duration) {
		return duration.equals(Duration.ofDays(duration.toDays())) ? "P" + duration.toDays() + "D"
				: duration.toString();
	}

}
