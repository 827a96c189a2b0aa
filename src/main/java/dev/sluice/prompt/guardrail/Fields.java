package dev.sluice.prompt.guardrail;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of an object of a policy. Whoever has taken all that he knows calls
 * {@link #end()}, which refuses the rest.
 */
final class Fields {

	private final String path;

	private final boolean lenient;

	private final Map<String, JsonNode> values = new LinkedHashMap<>();

	private final Map<String, String> names = new LinkedHashMap<>();

	private final Set<String> taken = new HashSet<>();

	/**
	 * Reads an object.
	 * @param lenient whether it comes from settings, where names may be spelt in several
	 * ways and every value may be a text
	 */
	Fields(JsonNode object, String path, boolean lenient) {
		if (!object.isObject()) {
			throw invalid(path, "must be an object");
		}
		this.path = path;
		this.lenient = lenient;
		object.properties().forEach((property) -> {
			this.values.put(canonical(property.getKey()), property.getValue());
			this.names.put(canonical(property.getKey()), property.getKey());
		});
	}

	/** The path of a field. */
	String path(String name) {
		return this.path.isEmpty() ? name : this.path + "." + name;
	}

	/** The value of a field; {@code null} also stands for a JSON null. */
	@Nullable JsonNode take(String name) {
		String key = canonical(name);
		this.taken.add(key);
		JsonNode value = this.values.get(key);
		return (value == null || value.isNull()) ? null : value;
	}

	@Nullable String text(String name, int longest) {
		JsonNode value = take(name);
		if (value == null) {
			return null;
		}
		String text = text(value);
		if (text == null) {
			throw invalid(path(name), "must be a text");
		}
		if (text.isBlank() || text.length() > longest) {
			throw invalid(path(name), "must have 1 to " + longest + " characters");
		}
		return text;
	}

	String requiredText(String name, int longest) {
		String text = text(name, longest);
		if (text == null) {
			throw invalid(path(name), "is missing");
		}
		return text;
	}

	boolean flag(String name, boolean byDefault) {
		JsonNode value = take(name);
		if (value == null) {
			return byDefault;
		}
		if (value.isBoolean()) {
			return value.booleanValue();
		}
		String text = this.lenient ? value.asString("") : "";
		if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
			throw invalid(path(name), "must be true or false");
		}
		return Boolean.parseBoolean(text);
	}

	@Nullable Integer integer(String name, int least, int most) {
		JsonNode value = take(name);
		if (value == null) {
			return null;
		}
		Double number = number(value);
		if (number == null || number != Math.rint(number) || number < least || number > most) {
			throw invalid(path(name), "must be a whole number from " + least + " to " + most);
		}
		return number.intValue();
	}

	double fraction(String name, double byDefault) {
		JsonNode value = take(name);
		if (value == null) {
			return byDefault;
		}
		Double number = number(value);
		if (number == null || !(number > 0 && number <= 1)) {
			throw invalid(path(name), "must be more than 0 and at most 1");
		}
		return number;
	}

	/** Refuses what nobody has taken. */
	void end() {
		this.names.forEach((key, name) -> {
			if (!this.taken.contains(key)) {
				throw invalid(path(shortened(name)), "is not a known field");
			}
		});
	}

	/** The text of a value, {@code null} if it is none. */
	@Nullable String text(JsonNode value) {
		return value.isString() || this.lenient && value.isValueNode() ? value.asString() : null;
	}

	static PromptException invalid(String path, String detail) {
		return path.isEmpty() ? new PromptException(PromptException.Reason.INVALID, "The policy " + detail)
				: PromptException.invalid(path, detail);
	}

	/** A name that a caller made up, as far as it helps. */
	static String shortened(String name) {
		return (name.length() <= 64) ? name : name.substring(0, 64) + "…";
	}

	private @Nullable Double number(JsonNode value) {
		if (value.isNumber()) {
			return value.doubleValue();
		}
		try {
			return (this.lenient && value.isString()) ? Double.valueOf(value.stringValue()) : null;
		}
		catch (NumberFormatException _) {
			return null;
		}
	}

	private String canonical(String name) {
		return this.lenient ? name.replace("-", "").toLowerCase(Locale.ROOT) : name;
	}

}
