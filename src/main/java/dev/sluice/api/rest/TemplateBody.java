package dev.sluice.api.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import dev.sluice.prompt.template.LabelTarget;
import dev.sluice.prompt.template.Page;
import dev.sluice.prompt.template.Template;
import dev.sluice.prompt.template.TemplateDiff;
import dev.sluice.prompt.template.TemplateHead;
import dev.sluice.prompt.template.TemplateJson;
import dev.sluice.prompt.template.Templates;
import dev.sluice.prompt.template.VersionSummary;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The JSON of templates, their versions and labels. */
final class TemplateBody {

	private TemplateBody() {
	}

	/** A template with what is in its latest version. */
	static Map<String, @Nullable Object> of(TemplateHead head, Template latest) {
		Map<String, @Nullable Object> fields = of(head);
		fields.putAll(TemplateJson.toMap(latest.content()));
		return fields;
	}

	static Map<String, @Nullable Object> of(TemplateHead head) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("name", head.name());
		fields.put("version", head.version());
		putUnlessNull(fields, "description", head.description());
		Map<String, Object> labels = new LinkedHashMap<>();
		head.labels().forEach((label, target) -> labels.put(label, of(target)));
		fields.put("labels", labels);
		fields.put("author", head.author());
		fields.put("createdAt", head.createdAt().toString());
		fields.put("updatedAt", head.updatedAt().toString());
		return fields;
	}

	static Map<String, @Nullable Object> of(Template template) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("name", template.name());
		fields.put("version", template.version());
		fields.put("author", template.author());
		fields.put("createdAt", template.createdAt().toString());
		fields.putAll(TemplateJson.toMap(template.content()));
		return fields;
	}

	static Map<String, @Nullable Object> of(VersionSummary version) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("version", version.version());
		putUnlessNull(fields, "description", version.description());
		fields.put("author", version.author());
		fields.put("createdAt", version.createdAt().toString());
		return fields;
	}

	static Map<String, @Nullable Object> of(TemplateDiff.Change change) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("field", change.field());
		fields.put("from", change.from());
		fields.put("to", change.to());
		putUnlessNull(fields, "diff", change.diff());
		return fields;
	}

	static Map<String, Object> of(LabelTarget target) {
		return switch (target) {
			case LabelTarget.Fixed(int version) -> Map.of("version", version);
			case LabelTarget.Weighted(SortedMap<Integer, Integer> weights) -> Map.of("weights", weights);
		};
	}

	static <T> Map<String, @Nullable Object> of(Page<T> page, Function<T, Map<String, @Nullable Object>> item) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		List<Map<String, @Nullable Object>> items = new ArrayList<>();
		page.items().forEach((it) -> items.add(item.apply(it)));
		fields.put("items", items);
		putUnlessNull(fields, "next", page.next());
		return fields;
	}

	/** The latest version as the author of a new one knows it. */
	static @Nullable Integer basedOn(JsonNode body) {
		JsonNode basedOn = body.get("basedOn");
		if (basedOn == null || basedOn.isNull()) {
			return null;
		}
		if (!basedOn.isIntegralNumber() || !basedOn.canConvertToInt() || basedOn.intValue() < 0) {
			throw PromptException.invalid("basedOn", "must be the number of a version, or 0 for none");
		}
		return basedOn.intValue();
	}

	/** What a label is to point to. */
	static LabelTarget target(JsonNode body) {
		for (String name : body.propertyNames()) {
			if (!List.of("version", "weights", "expected").contains(name)) {
				throw PromptException.invalid(name, "is not a known field");
			}
		}
		return target(body, "");
	}

	/** What a label is expected to point to, {@code null} if it does not matter. */
	static Templates.@Nullable Expectation expectation(JsonNode body) {
		JsonNode expected = body.get("expected");
		if (expected == null) {
			return null;
		}
		if (expected.isNull()) {
			return new Templates.Expectation(null);
		}
		if (expected.isObject()) {
			return new Templates.Expectation(target(expected, "expected."));
		}
		return new Templates.Expectation(new LabelTarget.Fixed(version(expected, "expected")));
	}

	private static LabelTarget target(JsonNode json, String path) {
		JsonNode version = json.get("version");
		JsonNode weights = json.get("weights");
		if ((version == null) == (weights == null)) {
			throw PromptException.invalid(path + "version", "must be there, or weights instead of it");
		}
		if (version != null) {
			return new LabelTarget.Fixed(version(version, path + "version"));
		}
		if (!weights.isObject()) {
			throw PromptException.invalid(path + "weights", "must be an object of weights by version");
		}
		SortedMap<Integer, Integer> shares = new TreeMap<>();
		weights.properties().forEach((share) -> {
			String field = path + "weights." + share.getKey();
			if (!share.getKey().matches("[1-9][0-9]{0,8}")) {
				throw PromptException.invalid(field, "is not the number of a version");
			}
			shares.put(Integer.valueOf(share.getKey()), version(share.getValue(), field));
		});
		return new LabelTarget.Weighted(shares);
	}

	private static int version(JsonNode number, String field) {
		if (!number.isIntegralNumber() || !number.canConvertToInt() || number.intValue() < 1) {
			throw PromptException.invalid(field, "must be a whole number from 1");
		}
		return number.intValue();
	}

	private static void putUnlessNull(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
		if (value != null) {
			fields.put(name, value);
		}
	}

}
