package dev.sluice.prompt.guardrail;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands in a text for what was masked: <code>{EMAIL}</code>. Where a policy is
 * reversible what the prompt held is numbered, <code>{EMAIL_1}</code>, the same value by
 * the same number, and the numbers are good for one generation only.
 */
final class Placeholders {

	/** A placeholder that is longer was not made here. */
	private static final int LONGEST = 128;

	private record Value(String type, String raw) {
	}

	private final boolean reversible;

	private final Map<Value, String> names = new HashMap<>();

	private final NavigableMap<String, String> values = new TreeMap<>();

	private final Map<String, Integer> counts = new HashMap<>();

	private final Set<String> foreign = new HashSet<>();

	Placeholders(boolean reversible) {
		this.reversible = reversible;
	}

	static String plain(String type) {
		return "{" + type + "}";
	}

	/** Looks for what reads like a placeholder before any is made. */
	void avoidThoseOf(String text) {
		if (this.reversible) {
			for (int start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
				int end = text.indexOf('}', start, Math.min(text.length(), start + LONGEST));
				if (end >= 0 && Character.isDigit(text.charAt(end - 1))) {
					this.foreign.add(text.substring(start, end + 1));
				}
			}
		}
	}

	/** What stands for a value of the prompt. */
	String ofPrompt(String type, String raw) {
		return this.reversible ? this.names.computeIfAbsent(new Value(type, raw), this::number) : plain(type);
	}

	/**
	 * What stands for a value of the answer: a number only if the prompt held it, and
	 * with it the caller.
	 */
	String ofAnswer(String type, String raw) {
		return this.reversible ? this.names.getOrDefault(new Value(type, raw), plain(type)) : plain(type);
	}

	/** Whether nothing can be restored. */
	boolean isEmpty() {
		return this.values.isEmpty();
	}

	/** The values by their placeholders. */
	NavigableMap<String, String> values() {
		return this.values;
	}

	private String number(Value value) {
		String name;
		do {
			name = "{" + value.type() + "_" + this.counts.merge(value.type(), 1, Integer::sum) + "}";
		}
		while (this.foreign.contains(name));
		this.values.put(name, value.raw());
		return name;
	}

}
