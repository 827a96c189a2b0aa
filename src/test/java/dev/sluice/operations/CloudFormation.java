package dev.sluice.operations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A template of CloudFormation, its short functions written out. */
record CloudFormation(Map<String, Object> content) {

	static CloudFormation read(String file) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		return new CloudFormation(new Yaml(new Functions(options)).load(Observability.read(Path.of(file))));
	}

	/** {@code !Ref x} becomes {@code {Ref: x}}, {@code !Sub x} {@code {Fn::Sub: x}}. */
	private static final class Functions extends SafeConstructor {

		private Functions(LoaderOptions options) {
			super(options);
			this.yamlMultiConstructors.put("!", new AbstractConstruct() {

				@Override
				public Object construct(Node node) {
					String name = node.getTag().getValue().substring(1);
					Object value = switch (node) {
						case ScalarNode scalar -> constructScalar(scalar);
						case SequenceNode sequence -> constructSequence(sequence);
						case MappingNode mapping -> constructMapping(mapping);
						default -> throw new AssertionError(node);
					};
					if (name.equals("GetAtt") && value instanceof String path) {
						value = Arrays.asList(path.split("\\.", 2));
					}
					return Map.of((name.equals("Ref") || name.equals("Condition")) ? name : "Fn::" + name, value);
				}

			});
		}

	}

	@SuppressWarnings("unchecked")
	Map<String, Object> section(String name) {
		return (Map<String, Object>) this.content.getOrDefault(name, Map.of());
	}

	/** What stands below a path of names and indexes. */
	Object at(Object... path) {
		Object value = this.content;
		for (Object step : path) {
			value = (step instanceof Integer index) ? ((List<?>) value).get(index) : ((Map<?, ?>) value).get(step);
			if (value == null) {
				throw new AssertionError("There is no " + step + " in " + Arrays.toString(path));
			}
		}
		return value;
	}

	/** All functions with what they are given. */
	List<Map.Entry<String, Object>> functions() {
		List<Map.Entry<String, Object>> functions = new ArrayList<>();
		walk(this.content, (key, value) -> {
			if (key.equals("Ref") || key.startsWith("Fn::")) {
				functions.add(Map.entry(key, value));
			}
		});
		return functions;
	}

	/** All maps below a value that have an {@code Effect}. */
	static List<Map<String, Object>> statements(Object value) {
		List<Map<String, Object>> statements = new ArrayList<>();
		collect(value, statements);
		return statements;
	}

	private static void collect(Object value, List<Map<String, Object>> statements) {
		if (value instanceof Map<?, ?> map) {
			if (map.containsKey("Effect")) {
				Map<String, Object> statement = new LinkedHashMap<>();
				map.forEach((key, part) -> statement.put((String) key, part));
				statements.add(statement);
			}
			map.values().forEach((part) -> collect(part, statements));
		}
		else if (value instanceof List<?> list) {
			list.forEach((part) -> collect(part, statements));
		}
	}

	private static void walk(Object value, BiConsumer<String, Object> visitor) {
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, part) -> {
				visitor.accept(String.valueOf(key), part);
				walk(part, visitor);
			});
		}
		else if (value instanceof List<?> list) {
			list.forEach((part) -> walk(part, visitor));
		}
	}

}
