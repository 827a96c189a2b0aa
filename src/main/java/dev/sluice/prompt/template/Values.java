package dev.sluice.prompt.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a template, and the check of what a request gives for them. All that
 * does not fit is told at once.
 */
final class Values {

	private static final int MOST_STEPS = 100_000;

	private static final int MOST_PROBLEMS = 10;

	private static final int DEEPEST = 32;

	private final Map<String, Declared> declared = new HashMap<>();

	private record Declared(Variable variable, @Nullable String opening) {
	}

	Values(Map<String, Variable> variables) {
		variables.forEach((name, variable) -> this.declared.put(name,
				new Declared(variable, variable.isFenced() ? Fence.opening(name) : null)));
	}

	/**
	 * What Mustache finds for a request.
	 * @param given values by name, as parsed from JSON
	 * @throws PromptException if they do not fit, naming the first and telling all
	 */
	Map<String, Object> of(Map<String, ?> given) {
		List<String> problems = new ArrayList<>(0);
		List<String> names = new ArrayList<>(0);
		for (String name : given.keySet()) {
			if (!this.declared.containsKey(name)) {
				names.add(shortened(name));
				problems.add("variables." + shortened(name) + " is not a variable of this template");
			}
		}
		Map<String, Object> values = HashMap.newHashMap(this.declared.size());
		Container.Steps steps = new Container.Steps(MOST_STEPS);
		for (Declared declared : this.declared.values()) {
			Variable variable = declared.variable();
			Object value = given.get(variable.name());
			String problem = null;
			if (value != null) {
				problem = problemOf(variable, value);
			}
			else if (variable.required()) {
				problem = "is missing";
			}
			if (problem != null) {
				names.add(variable.name());
				problems.add("variables." + variable.name() + " " + problem);
			}
			else {
				values.put(variable.name(), value(declared, value, steps));
			}
		}
		if (!problems.isEmpty()) {
			throw refusal(names, problems);
		}
		return values;
	}

	private static PromptException refusal(List<String> names, List<String> problems) {
		List<String> told = problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS));
		String more = (problems.size() > told.size()) ? "; and %d more".formatted(problems.size() - told.size()) : "";
		return new PromptException(PromptException.Reason.TEMPLATE_INVALID, "variables." + names.getFirst(),
				String.join("; ", told) + more, null);
	}

	private static Object value(Declared declared, @Nullable Object value, Container.Steps steps) {
		boolean given = value != null;
		Object taken = given ? value : declared.variable().defaultValue();
		String opening = given ? declared.opening() : null;
		return switch (taken) {
			case null -> Leaf.ABSENT;
			case String text when opening != null -> Leaf.fenced(text, opening);
			case String text -> Leaf.plain(text, given);
			case Boolean flag -> Leaf.of(flag, given);
			case Number number -> Leaf.of(number, given);
			default -> new Container(taken, opening, given, steps);
		};
	}

	/** What does not fit a value of a variable, {@code null} if it fits. */
	static @Nullable String problemOf(Variable variable, Object value) {
		return switch (variable.type()) {
			case STRING -> (value instanceof String text) ? tooLong(length(text, variable.maxLength()), variable)
					: "must be a string";
			case NUMBER -> numberProblem(value);
			case BOOLEAN -> (value instanceof Boolean) ? null : "must be a boolean";
			case ENUM -> (value instanceof String text && variable.values().contains(text)) ? null
					: "must be one of " + String.join(", ", variable.values());
			case LIST -> (value instanceof List<?>) ? tooLong(lengthOf(value, 0), variable) : "must be a list";
			case OBJECT -> (value instanceof Map<?, ?>) ? tooLong(lengthOf(value, 0), variable) : "must be an object";
		};
	}

	/** What JSON has in 1e999 is infinite here. */
	private static @Nullable String numberProblem(Object value) {
		return switch (value) {
			case Double number when !Double.isFinite(number) -> "must be a number of a size that can be computed with";
			case Number _ -> null;
			default -> "must be a number";
		};
	}

	private static @Nullable String tooLong(long length, Variable variable) {
		if (length == TOO_DEEP) {
			return "must be nested at most %d deep".formatted(DEEPEST);
		}
		return (length > variable.maxLength()) ? "must be at most %d characters".formatted(variable.maxLength())
				+ (variable.isContainer() ? " in all, each element counted as one more" : "") : null;
	}

	private static final long TOO_DEEP = Long.MAX_VALUE / 4;

	private static int length(String text, int most) {
		return (text.length() <= most) ? text.length() : text.codePointCount(0, text.length());
	}

	private static long lengthOf(@Nullable Object value, int depth) {
		if (depth > DEEPEST) {
			return TOO_DEEP;
		}
		long length = 0;
		switch (value) {
			case String text -> length = text.codePointCount(0, text.length());
			case Number number -> length = number.toString().length();
			case List<?> list -> {
				for (Object element : list) {
					length += 1 + lengthOf(element, depth + 1);
				}
			}
			case Map<?, ?> object -> {
				for (Map.Entry<?, ?> field : object.entrySet()) {
					length += 1 + String.valueOf(field.getKey()).length() + lengthOf(field.getValue(), depth + 1);
				}
			}
			case null, default -> {
			}
		}
		return Math.min(length, TOO_DEEP);
	}

	private static String shortened(String name) {
		return (name.length() <= 64) ? name : name.substring(0, 64) + "…";
	}

}
