package dev.sluice.prompt.guardrail;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Settings as a tree of JSON. Lists arrive as maps whose keys are numbers. */
final class SettingsTree {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private SettingsTree() {
	}

	static JsonNode of(@Nullable Object value) {
		return switch (value) {
			case null -> nodes.nullNode();
			case Map<?, ?> map when isList(map) -> list(map);
			case Map<?, ?> map -> object(map);
			case Boolean flag -> nodes.booleanNode(flag);
			case Integer number -> nodes.numberNode(number);
			case Double number -> nodes.numberNode(number);
			default -> nodes.stringNode(value.toString());
		};
	}

	private static boolean isList(Map<?, ?> map) {
		for (int index = 0; index < map.size(); index++) {
			if (!map.containsKey(Integer.toString(index))) {
				return false;
			}
		}
		return !map.isEmpty();
	}

	private static JsonNode list(Map<?, ?> map) {
		ArrayNode list = nodes.arrayNode(map.size());
		for (int index = 0; index < map.size(); index++) {
			list.add(of(map.get(Integer.toString(index))));
		}
		return list;
	}

	private static JsonNode object(Map<?, ?> map) {
		ObjectNode object = nodes.objectNode();
		map.forEach((name, value) -> object.set(String.valueOf(name), of(value)));
		return object;
	}

}
