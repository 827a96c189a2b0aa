package dev.sluice.api.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.sluice.model.message.Finding;
import dev.sluice.prompt.guardrail.Applied;
import dev.sluice.prompt.guardrail.NamedPolicy;
import dev.sluice.prompt.guardrail.PolicyPage;
import dev.sluice.prompt.guardrail.Stage;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of guardrail policies and of what they do. */
final class GuardrailBody {

	/** What an answer adds to a policy, so that it can be sent back as it came. */
	private static final Set<String> ADDED = Set.of("name", "source", "revision", "author", "updatedAt");

	private GuardrailBody() {
	}

	static Map<String, Object> of(PolicyPage page) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("items", page.items().stream().map((policy) -> {
			Map<String, Object> item = new LinkedHashMap<>();
			item.put("name", policy.name());
			item.put("source", policy.source().word());
			item.put("description", policy.description());
			item.put("enabled", policy.enabled());
			return item;
		}).toList());
		if (page.next() != null) {
			fields.put("next", page.next());
		}
		return fields;
	}

	static ObjectNode of(NamedPolicy policy) {
		ObjectNode fields = JsonNodeFactory.instance.objectNode();
		fields.put("name", policy.name());
		fields.put("source", policy.source().word());
		if (policy.revision() > 0) {
			fields.put("revision", policy.revision());
			fields.put("author", policy.author());
			fields.put("updatedAt", String.valueOf(policy.updatedAt()));
		}
		fields.setAll(policy.policy());
		return fields;
	}

	static Map<String, Object> of(Applied applied) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("action", switch (applied.verdict()) {
			case NONE -> "none";
			case MASKED -> "masked";
			case BLOCKED -> "blocked";
		});
		fields.put("text", applied.text());
		List<Map<String, Object>> findings = new ArrayList<>();
		applied.findings().forEach((found) -> findings.add(of(found)));
		fields.put("findings", findings);
		return fields;
	}

	/** The revision that is to be replaced. */
	static @Nullable Long expected(JsonNode body) {
		JsonNode expected = body.get("expected");
		if (expected == null || expected.isNull()) {
			return null;
		}
		if (!expected.isIntegralNumber() || !expected.canConvertToLong() || expected.longValue() < 0) {
			throw PromptException.invalid("expected", "must be a revision, or 0 for none");
		}
		return expected.longValue();
	}

	/** The policy alone. */
	static JsonNode policy(JsonNode body, String name) {
		ObjectNode policy = ((ObjectNode) body).deepCopy();
		JsonNode given = policy.get("name");
		if (given != null && !(given.isString() && given.stringValue().equals(name))) {
			throw PromptException.invalid("name", "must be the name in the path");
		}
		policy.remove(ADDED);
		policy.remove("expected");
		return policy;
	}

	static void onlyToApply(JsonNode body) {
		for (String name : body.propertyNames()) {
			if (!name.equals("stage") && !name.equals("text")) {
				throw PromptException.invalid(name, "is not a known field");
			}
		}
	}

	static Stage stage(JsonNode body) {
		return switch (body.path("stage").asString("")) {
			case "input" -> Stage.INPUT;
			case "output" -> Stage.OUTPUT;
			case "tool" -> Stage.TOOL;
			default -> throw PromptException.invalid("stage", "must be input, output or tool");
		};
	}

	static String text(JsonNode body) {
		JsonNode text = body.get("text");
		if (text == null || !text.isString()) {
			throw PromptException.invalid("text", "must be a text");
		}
		return text.stringValue();
	}

	private static Map<String, Object> of(Applied.Place found) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", found.finding().type());
		fields.put("stage", (found.finding().stage() == Finding.Stage.INPUT) ? "input" : "output");
		fields.put("action", switch (found.finding().action()) {
			case FLAG -> "flagged";
			case MASK -> "masked";
			case BLOCK -> "blocked";
		});
		if (found.start() >= 0) {
			fields.put("start", found.start());
			fields.put("end", found.end());
		}
		return fields;
	}

}
