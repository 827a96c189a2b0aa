package dev.sluice.model.bedrock;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of {@code trace.guardrail}. Whatever in them is the text of a prompt or an
 * answer says {@link #SECRET}.
 */
final class GuardrailCorpus {

	static final String SECRET = "s3cr3t-match";

	private static final String DETAILS = """
			"appliedGuardrailDetails":{"guardrailArn":"arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123",\
			"guardrailId":"abc123","guardrailOrigin":["REQUEST"],"guardrailOwnership":"SELF","guardrailVersion":"1"},\
			"invocationMetrics":{"guardrailCoverage":{"textCharacters":{"guarded":39,"total":39}},\
			"guardrailProcessingLatency":146,"usage":{"contentPolicyUnits":1,"contextualGroundingPolicyUnits":0,\
			"sensitiveInformationPolicyFreeUnits":1,"sensitiveInformationPolicyUnits":1,"topicPolicyUnits":1,\
			"wordPolicyUnits":1}}""";

	private static final String EVERYTHING = """
			"automatedReasoningPolicy":{"findings":[{"invalid":{"translation":{"claims":[{"logic":"s3cr3t-match",\
			"naturalLanguage":"s3cr3t-match"}],"untranslatedPremises":[{"text":"s3cr3t-match"}]}}},{"valid":{}},\
			{"impossible":{}},{"satisfiable":{}},{"translationAmbiguous":{}},{"tooComplex":{}},{"noTranslations":{}}]},\
			"contentPolicy":{"filters":[{"action":"BLOCKED","confidence":"HIGH","detected":true,"filterStrength":"HIGH",\
			"type":"PROMPT_ATTACK"},{"action":"NONE","confidence":"LOW","detected":true,"type":"HATE"},\
			{"action":"NONE","confidence":"NONE","detected":false,"type":"VIOLENCE"},\
			{"action":"NONE","confidence":"NONE","type":"INSULTS"}]},\
			"contextualGroundingPolicy":{"filters":[{"action":"BLOCKED","detected":true,"score":0.2,"threshold":0.7,\
			"type":"GROUNDING"},{"action":"NONE","score":0.9,"threshold":0.7,"type":"RELEVANCE"}]},\
			"sensitiveInformationPolicy":{"piiEntities":[{"action":"ANONYMIZED","detected":true,"match":"s3cr3t-match",\
			"type":"EMAIL"},{"action":"BLOCKED","match":"s3cr3t-match","type":"PIN"},{"action":"NONE","detected":true,\
			"match":"s3cr3t-match","type":"AGE"}],"regexes":[{"action":"ANONYMIZED","match":"s3cr3t-match",\
			"name":"Account Number","regex":"[a-z0-9]+-match"},{"action":"BLOCKED","match":"s3cr3t-match"}]},\
			"topicPolicy":{"topics":[{"action":"BLOCKED","detected":true,"name":"Investment advice","type":"DENY"},\
			{"action":"NONE","detected":true,"name":"Weather","type":"DENY"}]},\
			"wordPolicy":{"customWords":[{"action":"BLOCKED","match":"s3cr3t-match"}],\
			"managedWordLists":[{"action":"BLOCKED","detected":true,"match":"s3cr3t-match","type":"PROFANITY"}]}""";

	private GuardrailCorpus() {
	}

	static Map<String, String> traces() {
		Map<String, String> traces = new LinkedHashMap<>();
		traces.put("masked", outputs("""
				{"sensitiveInformationPolicy":{"piiEntities":[{"action":"ANONYMIZED","detected":true,\
				"match":"s3cr3t-match","type":"ADDRESS"}],"regexes":[{"action":"ANONYMIZED","match":"s3cr3t-match",\
				"name":"Account Number","regex":"[a-z0-9]+-match"}]},%s}""".formatted(DETAILS)));
		traces.put("masked twice", outputs(masked("EMAIL") + "," + masked("NAME") + "," + masked("EMAIL")));
		traces.put("input masked", input("abc123", masked("PHONE")));
		traces.put("input blocked",
				"{\"actionReason\":\"Guardrail blocked.\",\"inputAssessment\":{\"abc123\":{" + EVERYTHING + "}}}");
		traces.put("output blocked", outputs("{" + EVERYTHING + "}"));
		traces.put("both stages", """
				{"actionReason":"Guardrail blocked.","inputAssessment":{"abc123":{%s},"enforced":{%s}},\
				"modelOutput":["s3cr3t-match"],"outputAssessments":{"abc123":[{%s},{%s}],"enforced":[]}}"""
			.formatted(DETAILS, EVERYTHING, EVERYTHING, DETAILS));
		traces.put("nothing found", input("abc123", "{" + DETAILS + "}"));
		traces.put("detected only", outputs("""
				{"sensitiveInformationPolicy":{"piiEntities":[{"action":"NONE","detected":true,"match":"s3cr3t-match",\
				"type":"NAME"}],"regexes":[]}}"""));
		traces.put("empty", "{}");
		traces.put("null", "null");
		traces.put("null members", """
				{"actionReason":null,"inputAssessment":null,"outputAssessments":{},"modelOutput":null}""");
		traces.put("of tomorrow",
				"""
						{"inputAssessment":{"abc123":{"imagePolicy":{"filters":[{"type":"X","action":"BLOCKED"}],"match":"s3cr3t-match"},\
						"sensitiveInformationPolicy":{"later":[{"type":"X","action":"BLOCKED"}],"version":3,"piiEntities":[\
						{"type":"DNA","match":"s3cr3t-match","action":"ANONYMIZED","spans":[{"start":1,"text":"s3cr3t-match"}]}],\
						"regexes":[]},"verdict":{"a":[1]}}},"inputText":["s3cr3t-match"],"score":0.5}""");
		traces.put("an action of tomorrow",
				outputs("""
						{"sensitiveInformationPolicy":{"piiEntities":[{"action":"ANONYMIZED","match":"s3cr3t-match","type":"NAME"},\
						{"action":"REPLACED","match":"s3cr3t-match","type":"AGE"}],"regexes":[]}}"""));
		traces.put("nameless", outputs("""
				{"topicPolicy":{"topics":[{"action":"BLOCKED"}]},"contentPolicy":{"filters":[{"action":"BLOCKED"}]},\
				"wordPolicy":{"customWords":[],"managedWordLists":[{"action":"NONE","detected":true}]}}"""));
		return traces;
	}

	static String generate(Dice dice) {
		String assessments = String.join(",", dice.list(0, 3, (_) -> assessment(dice)));
		return "{\"actionReason\":\"No action.\""
				+ (dice.chance(0.5) ? ",\"inputAssessment\":{\"abc123\":" + assessment(dice) + "}" : "")
				+ (dice.chance(0.5) ? ",\"modelOutput\":[" + Dice.quoted(SECRET) + "]" : "")
				+ (dice.chance(0.7) ? ",\"outputAssessments\":{\"abc123\":[" + assessments + "]}" : "")
				+ (dice.chance(0.2) ? ",\"fieldOfTomorrow\":" + dice.object() : "") + "}";
	}

	private static String assessment(Dice dice) {
		List<String> policies = new ArrayList<>();
		if (dice.chance(0.5)) {
			policies.add("\"sensitiveInformationPolicy\":{\"piiEntities\":["
					+ String.join(",", dice.list(0, 4, (_) -> entry(dice, "type", "EMAIL", "NAME", "DNA")))
					+ "],\"regexes\":[" + String.join(",", dice.list(0, 2, (_) -> entry(dice, "name", "Order", "")))
					+ "]}");
		}
		if (dice.chance(0.5)) {
			policies.add("\"contentPolicy\":{\"filters\":["
					+ String.join(",", dice.list(0, 3, (_) -> entry(dice, "type", "HATE", "INSULTS"))) + "]}");
		}
		if (dice.chance(0.2)) {
			policies.add("\"policyOfTomorrow\":" + dice.object());
		}
		if (dice.chance(0.5)) {
			policies.add(DETAILS);
		}
		return "{" + String.join(",", policies) + "}";
	}

	private static String entry(Dice dice, String member, String... names) {
		return "{\"action\":\"" + dice.oneOf("ANONYMIZED", "BLOCKED", "NONE", "NONE", "LATER") + "\","
				+ dice.oneOf("", "\"detected\":true,", "\"detected\":false,", "\"detected\":null,") + "\"match\":"
				+ Dice.quoted(SECRET) + ",\"" + member + "\":\"" + dice.oneOf(names) + "\""
				+ (dice.chance(0.2) ? ",\"memberOfTomorrow\":" + dice.object() : "") + "}";
	}

	private static String masked(String type) {
		return """
				{"sensitiveInformationPolicy":{"piiEntities":[{"action":"ANONYMIZED","detected":true,\
				"match":"s3cr3t-match","type":"%s"}],"regexes":[]}}""".formatted(type);
	}

	private static String input(String id, String assessment) {
		return "{\"actionReason\":\"No action.\",\"inputAssessment\":{\"" + id + "\":" + assessment + "}}";
	}

	private static String outputs(String assessments) {
		return "{\"actionReason\":\"No action.\\nGuardrail masked.\",\"modelOutput\":[\"Call s3cr3t-match.\"],"
				+ "\"outputAssessments\":{\"abc123\":[" + assessments + "]}}";
	}

}
