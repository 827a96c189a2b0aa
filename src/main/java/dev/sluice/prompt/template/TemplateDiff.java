package dev.sluice.prompt.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.LinkedHashSet;

import org.jspecify.annotations.Nullable;

/** What is different between what is in two versions. */
public final class TemplateDiff {

	private TemplateDiff() {
	}

	/**
	 * A field that is not the same.
	 *
	 * @param from what it was, as text, number, boolean, list or map; {@code null} if it
	 * was not there
	 * @param diff the lines that changed, in the unified format, of a text
	 */
	public record Change(String field, @Nullable Object from, @Nullable Object to, @Nullable String diff) {
	}

	static List<Change> between(TemplateContent from, TemplateContent to) {
		Map<String, Object> before = fields(from);
		Map<String, Object> after = fields(to);
		SequencedSet<String> names = new LinkedHashSet<>(before.keySet());
		names.addAll(after.keySet());
		List<Change> changes = new ArrayList<>();
		for (String name : names) {
			Object one = before.get(name);
			Object other = after.get(name);
			if (!Objects.equals(one, other)) {
				String diff = (one instanceof String was && other instanceof String is) ? LineDiff.unified(was, is)
						: null;
				changes.add(new Change(name, one, other, diff));
			}
		}
		return changes;
	}

	/** The fields by their paths; a variable is one field. */
	private static Map<String, Object> fields(TemplateContent content) {
		Map<String, Object> fields = new LinkedHashMap<>();
		TemplateJson.toMap(content).forEach((name, value) -> {
			switch (value) {
				case List<?> messages -> {
					for (int i = 0; i < messages.size(); i++) {
						String path = "messages[%d].".formatted(i);
						((Map<?, ?>) messages.get(i)).forEach((part, text) -> put(fields, path + part, text));
					}
				}
				case Map<?, ?> parts -> parts.forEach((part, it) -> put(fields, name + "." + part, it));
				default -> fields.put(name, value);
			}
		});
		return fields;
	}

	private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
		if (value != null) {
			fields.put(name, value);
		}
	}

}
