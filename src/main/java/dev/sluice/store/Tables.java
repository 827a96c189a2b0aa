package dev.sluice.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;

/** The tables, read from the CloudFormation file that production is made from. */
final class Tables {

	static final String FILE = "/dynamodb-tables.yaml";

	private final Map<String, Table> tables = new LinkedHashMap<>();

	Tables(String prefix) {
		try (InputStream file = Tables.class.getResourceAsStream(FILE)) {
			Map<String, Object> template = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
			map(template, "Resources").forEach((logicalName, resource) -> {
				if ("AWS::DynamoDB::Table".equals(cast(resource).get("Type"))) {
					this.tables.put(logicalName, read(logicalName, map(cast(resource), "Properties"), prefix));
				}
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<Table> all() {
		return List.copyOf(this.tables.values());
	}

	Table find(String logicalName) {
		Table table = this.tables.get(logicalName);
		if (table == null) {
			throw new IllegalArgumentException(FILE + " defines no table " + logicalName);
		}
		return table;
	}

	private static Table read(String logicalName, Map<String, Object> properties, String prefix) {
		String name = String.valueOf(map(properties, "TableName").get("Fn::Sub")).replace("${TablePrefix}", prefix);
		List<AttributeDefinition> attributes = new ArrayList<>();
		for (Map<String, Object> attribute : list(properties, "AttributeDefinitions")) {
			attributes.add(AttributeDefinition.builder()
				.attributeName((String) attribute.get("AttributeName"))
				.attributeType((String) attribute.get("AttributeType"))
				.build());
		}
		List<GlobalSecondaryIndex> indexes = new ArrayList<>();
		for (Map<String, Object> index : list(properties, "GlobalSecondaryIndexes")) {
			indexes.add(GlobalSecondaryIndex.builder()
				.indexName((String) index.get("IndexName"))
				.keySchema(key(index))
				.projection(Projection.builder()
					.projectionType((String) map(index, "Projection").get("ProjectionType"))
					.build())
				.build());
		}
		Object ttl = properties.containsKey("TimeToLiveSpecification")
				? map(properties, "TimeToLiveSpecification").get("AttributeName") : null;
		return new Table(logicalName, name, attributes, key(properties), indexes, (String) ttl);
	}

	private static List<KeySchemaElement> key(Map<String, Object> owner) {
		List<KeySchemaElement> key = new ArrayList<>();
		for (Map<String, Object> element : list(owner, "KeySchema")) {
			key.add(KeySchemaElement.builder()
				.attributeName((String) element.get("AttributeName"))
				.keyType((String) element.get("KeyType"))
				.build());
		}
		return key;
	}

	private static Map<String, Object> map(Map<String, Object> owner, String name) {
		Object value = owner.get(name);
		if (value == null) {
			throw new IllegalArgumentException("%s: there is no %s".formatted(FILE, name));
		}
		return cast(value);
	}

	private static List<Map<String, Object>> list(Map<String, Object> owner, String name) {
		@Nullable Object value = owner.get(name);
		return (value != null) ? ((List<?>) value).stream().map(Tables::cast).toList() : List.of();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> cast(Object value) {
		return (Map<String, Object>) value;
	}

}
