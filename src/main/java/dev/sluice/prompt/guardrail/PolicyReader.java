package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import dev.sluice.prompt.guardrail.GuardrailPolicy.Audit;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.Messages;
import dev.sluice.prompt.guardrail.GuardrailPolicy.PromptAttackRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.RegexRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.WordRule;
import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.guardrail.local.LocalRules;
import dev.sluice.prompt.guardrail.local.NamedPattern;
import dev.sluice.prompt.guardrail.local.PiiType;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads policies strictly: what is unknown, of another type or out of bounds is refused
 * by the name of its field.
 */
final class PolicyReader {

	/** What only Bedrock finds. */
	static final Set<String> BEDROCK_ONLY = Set.of("NAME", "ADDRESS");

	static final int SHORTEST_HOLD_BACK = 64;

	static final int LONGEST_HOLD_BACK = 4096;

	static final int MOST_REGEXES = 50;

	static final int MOST_WORDS = 1000;

	static final int LONGEST_WORD = 100;

	private static final int LONGEST_PATTERN = 500;

	/** What Bedrock counts as one unit of text. */
	static final int USUAL_WINDOW = 1000;

	/** What it takes at once in every region. */
	private static final int LONGEST_WINDOW = 25_000;

	private static final int LONGEST_TEXT = 500;

	private static final Duration LONGEST_RETENTION = Duration.ofDays(3653);

	/** The usual match of a regex is shorter; who wants more says so. */
	private static final int USUAL_MATCH = 64;

	private final boolean lenient;

	private PolicyReader(boolean lenient) {
		this.lenient = lenient;
	}

	/**
	 * Reads a policy from JSON.
	 * @throws PromptException naming the first field that does not fit
	 */
	static GuardrailPolicy read(JsonNode json) {
		return new PolicyReader(false).policy(json, "");
	}

	/** Reads a policy from settings; {@code path} is where they stand. */
	static GuardrailPolicy readSettings(JsonNode settings, String path) {
		return new PolicyReader(true).policy(settings, path);
	}

	private GuardrailPolicy policy(JsonNode json, String path) {
		Fields fields = new Fields(json, path, this.lenient);
		String description = fields.text("description", LONGEST_TEXT);
		boolean enabled = fields.flag("enabled", true);
		Integer holdBack = fields.integer("holdBack", SHORTEST_HOLD_BACK, LONGEST_HOLD_BACK);
		List<BedrockRule> bedrock = bedrock(fields);
		GuardrailPolicy policy = new GuardrailPolicy((description != null) ? description : "", enabled,
				pii(fields, !bedrock.isEmpty()), regexes(fields, (holdBack != null) ? holdBack : LONGEST_HOLD_BACK),
				words(fields), promptAttack(fields), bedrock, messages(fields), failOpen(fields),
				fields.flag("reversible", false), holdBack, audit(fields));
		fields.end();
		if (enabled && !policy.guardsSomething()) {
			throw Fields.invalid(path, "looks for nothing: name what it is to find, or set enabled to false");
		}
		return policy;
	}

	private Map<String, Treatment.ByStage> pii(Fields policy, boolean withBedrock) {
		JsonNode json = policy.take("pii");
		Map<String, Treatment.ByStage> treatments = new LinkedHashMap<>();
		if (json == null) {
			return treatments;
		}
		String path = policy.path("pii");
		new Fields(json, path, this.lenient);
		json.properties().forEach((property) -> {
			String type = this.lenient ? property.getKey().toUpperCase(Locale.ROOT).replace('-', '_')
					: property.getKey();
			String field = path + "." + Fields.shortened(property.getKey());
			checkType(type, field, withBedrock);
			treatments.put(type, byStage(property.getValue(), field));
		});
		return treatments;
	}

	private static void checkType(String type, String field, boolean withBedrock) {
		if (BEDROCK_ONLY.contains(type)) {
			if (!withBedrock) {
				throw Fields.invalid(field, "can only be found by Bedrock: name its guardrail under bedrock");
			}
		}
		else if (!type.equals(GuardrailPolicy.EVERY)
				&& PiiType.named(type).filter((known) -> known.name().equals(type)).isEmpty()) {
			throw Fields.invalid(field, "is not a known type");
		}
	}

	private List<RegexRule> regexes(Fields policy, int longest) {
		return list(policy, "regexes", MOST_REGEXES, (json, path) -> {
			Fields fields = new Fields(json, path, this.lenient);
			String name = fields.requiredText("name", 64);
			if (!name.matches("[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*+")) {
				throw Fields.invalid(path + ".name", "must be letters and digits, in words joined by blank, _ or -");
			}
			if (Kinds.isTaken(name)) {
				throw Fields.invalid(path + ".name", "is the name of a known type");
			}
			String pattern = fields.requiredText("pattern", LONGEST_PATTERN);
			Integer maxLength = fields.integer("maxLength", 1, longest);
			RegexRule rule = new RegexRule(name, pattern,
					(maxLength != null) ? maxLength : Math.min(USUAL_MATCH, longest), action(fields));
			fields.end();
			try {
				new NamedPattern(rule.name(), rule.pattern(), rule.maxLength());
			}
			catch (IllegalArgumentException ex) {
				throw Fields.invalid(path + ".pattern", "cannot be used: " + ex.getMessage());
			}
			return rule;
		});
	}

	private List<WordRule> words(Fields policy) {
		return list(policy, "words", MOST_WORDS, (json, path) -> {
			Fields fields = new Fields(json, path, this.lenient);
			WordRule rule = new WordRule(fields.requiredText("text", LONGEST_WORD), action(fields));
			fields.end();
			try {
				LocalDetector.of(new LocalRules(Set.of(), List.of(), List.of(rule.text())), LONGEST_HOLD_BACK);
			}
			catch (IllegalArgumentException ex) {
				throw Fields.invalid(path + ".text", "cannot be used: " + ex.getMessage());
			}
			return rule;
		});
	}

	private @Nullable PromptAttackRule promptAttack(Fields policy) {
		JsonNode json = policy.take("promptAttack");
		if (json == null) {
			return null;
		}
		Fields fields = new Fields(json, policy.path("promptAttack"), this.lenient);
		JsonNode action = fields.take("action");
		Treatment treatment = (action != null) ? treatment(action, fields.path("action")) : Treatment.BLOCK;
		if (treatment == Treatment.MASK || treatment == Treatment.NONE) {
			throw Fields.invalid(fields.path("action"), "must be block or flag: an attack has no place to mask");
		}
		PromptAttackRule rule = new PromptAttackRule(treatment, fields.fraction("threshold", 0.7));
		fields.end();
		return rule;
	}

	private List<BedrockRule> bedrock(Fields policy) {
		JsonNode json = policy.take("bedrock");
		if (json == null) {
			return List.of();
		}
		Fields fields = new Fields(json, policy.path("bedrock"), this.lenient);
		String identifier = fields.requiredText("identifier", 2048);
		if (!identifier
			.matches("[a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+")) {
			throw Fields.invalid(fields.path("identifier"), "must be the id or the ARN of a guardrail");
		}
		String version = fields.text("version", 8);
		if (version != null && !version.matches("DRAFT|[1-9][0-9]{0,7}")) {
			throw Fields.invalid(fields.path("version"), "must be DRAFT or a number");
		}
		String mode = fields.text("mode", 32);
		Integer window = fields.integer("window", SHORTEST_HOLD_BACK, LONGEST_WINDOW);
		for (BedrockRule.Mode known : BedrockRule.Mode.values()) {
			if (mode == null || known.word().equals(mode)) {
				fields.end();
				return List.of(new BedrockRule(identifier, (version != null) ? version : "DRAFT", known,
						(window != null) ? window : USUAL_WINDOW));
			}
		}
		throw Fields.invalid(fields.path("mode"), "must be apply, converse or converse-async");
	}

	private Messages messages(Fields policy) {
		JsonNode json = policy.take("messages");
		if (json == null) {
			return Messages.DEFAULTS;
		}
		Fields fields = new Fields(json, policy.path("messages"), this.lenient);
		Messages messages = new Messages(fields.text("input", LONGEST_TEXT), fields.text("output", LONGEST_TEXT));
		fields.end();
		return messages;
	}

	private static boolean failOpen(Fields policy) {
		return switch (policy.text("onFailure", 16)) {
			case "open" -> true;
			case "block" -> false;
			case null -> false;
			default -> throw Fields.invalid(policy.path("onFailure"), "must be block or open");
		};
	}

	private Audit audit(Fields policy) {
		JsonNode json = policy.take("audit");
		if (json == null) {
			return Audit.DEFAULTS;
		}
		Fields fields = new Fields(json, policy.path("audit"), this.lenient);
		boolean text = fields.flag("text", false);
		String retention = fields.text("retention", 32);
		fields.end();
		if (retention == null) {
			return new Audit(text, Audit.DEFAULTS.retention());
		}
		try {
			Duration duration = Duration.parse(retention);
			if (duration.compareTo(Duration.ofMinutes(1)) >= 0 && duration.compareTo(LONGEST_RETENTION) <= 0) {
				return new Audit(text, duration);
			}
		}
		catch (DateTimeParseException _) {
			// Refused below.
		}
		throw Fields.invalid(fields.path("retention"), "must be a duration such as P30D, at most ten years");
	}

	/** The field {@code action}: one for all stages, or one by stage. */
	private Treatment.ByStage action(Fields rule) {
		JsonNode json = rule.take("action");
		return byStage(json, rule.path("action"));
	}

	private Treatment.ByStage byStage(@Nullable JsonNode json, String path) {
		if (json == null) {
			throw Fields.invalid(path, "is missing");
		}
		if (!json.isObject()) {
			Treatment everywhere = treatment(json, path);
			return new Treatment.ByStage(everywhere, everywhere, everywhere);
		}
		Fields fields = new Fields(json, path, this.lenient);
		Treatment input = treatment(fields, "input", Treatment.NONE);
		Treatment output = treatment(fields, "output", Treatment.NONE);
		// What a tool is told leaves the house as an answer does.
		Treatment tool = treatment(fields, "tool", output);
		fields.end();
		return new Treatment.ByStage(input, output, tool);
	}

	private Treatment treatment(Fields fields, String stage, Treatment byDefault) {
		JsonNode json = fields.take(stage);
		return (json != null) ? treatment(json, fields.path(stage)) : byDefault;
	}

	private static Treatment treatment(JsonNode json, String path) {
		for (Treatment treatment : Treatment.values()) {
			if (json.isString() && treatment.word().equals(json.stringValue())) {
				return treatment;
			}
		}
		throw Fields.invalid(path, "must be none, flag, mask or block");
	}

	private static <T> List<T> list(Fields policy, String name, int most, BiFunction<JsonNode, String, T> read) {
		JsonNode json = policy.take(name);
		if (json == null) {
			return List.of();
		}
		if (!json.isArray() || json.size() > most) {
			throw Fields.invalid(policy.path(name), "must be a list of at most " + most);
		}
		List<T> all = new ArrayList<>(json.size());
		for (JsonNode entry : json) {
			all.add(read.apply(entry, policy.path(name) + "[" + all.size() + "]"));
		}
		return all;
	}

}
