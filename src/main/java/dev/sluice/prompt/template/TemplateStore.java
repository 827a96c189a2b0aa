package dev.sluice.prompt.template;

import software.amazon.awssdk.services.dynamodb.model.Put;
import java.util.function.BiConsumer;
import java.util.UUID;
import java.util.Locale;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import dev.sluice.prompt.terms.PromptException;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Templates in DynamoDB: the heads of a tenant in one partition, the versions of each
 * template in another. A version and the head that counts it are written as one, and
 * every write of a head names the revision that it replaces.
 */
@Component
class TemplateStore {

	private static final String TABLE = "Templates";

	private static final String SAME_REVISION = "revision = :revision";

	private final DynamoStore store;

	TemplateStore(DynamoStore store) {
		this.store = store;
	}

	/** The head of a template, {@code null} if there is none. */
	@Nullable TemplateHead head(String tenant, String name) {
		Map<String, AttributeValue> item = headItem(tenant, name);
		return item.isEmpty() ? null : readHead(Item.of(item));
	}

	private Map<String, AttributeValue> headItem(String tenant, String name) {
		return call((client) -> client
			.getItem((get) -> get.tableName(table()).key(headKey(tenant, name).attributes()).consistentRead(true)))
			.item();
	}

	/** A version, {@code null} if there is none. */
	@Nullable Template version(String tenant, String name, int version, int maxLength) {
		Map<String, AttributeValue> attributes = call((client) -> client.getItem((get) -> get.tableName(table())
			.key(versionKey(tenant, name, version).attributes())
			.consistentRead(true))).item();
		if (attributes.isEmpty()) {
			return null;
		}
		Item item = Item.of(attributes);
		return new Template(name, version, item.text("author"), Instant.parse(item.text("createdAt")),
				TemplateJson.read(item.text("content")), maxLength);
	}

	/**
	 * Writes a version and the head that counts it.
	 * @param before the head that is replaced, {@code null} if there was none
	 * @return false if the head is another by now
	 */
	boolean write(String tenant, TemplateHead head, @Nullable TemplateHead before, String content) {
		Item version = versionKey(tenant, head.name(), head.version()).with("content", content)
			.with("description", head.description())
			.with("author", head.author())
			.with("createdAt", head.updatedAt().toString());
		Put putVersion = Put.builder()
			.tableName(table())
			.item(version.attributes())
			.conditionExpression("attribute_not_exists(pk)")
			.build();
		return write(tenant, head, (client, item) -> {
			Put.Builder putHead = Put.builder().tableName(table()).item(item.attributes());
			if (before == null) {
				putHead.conditionExpression("attribute_not_exists(pk)");
			}
			else {
				putHead.conditionExpression(SAME_REVISION).expressionAttributeValues(revision(before.revision()));
			}
			client.transactWriteItems((transaction) -> transaction.transactItems((put) -> put.put(putVersion),
					(put) -> put.put(putHead.build())));
		});
	}

	/**
	 * Replaces a head by its next revision.
	 * @return false if the head is another by now
	 */
	boolean write(String tenant, TemplateHead head) {
		return write(tenant, head,
				(client, item) -> client.putItem((put) -> put.tableName(table())
					.item(item.attributes())
					.conditionExpression(SAME_REVISION)
					.expressionAttributeValues(revision(head.revision() - 1))));
	}

	private static Map<String, AttributeValue> revision(long revision) {
		return Item.values().with(":revision", revision).attributes();
	}

	/**
	 * Writes a head on a condition. Where the answer got lost the call is made again, and
	 * refused for what it wrote itself, which the mark tells.
	 */
	private boolean write(String tenant, TemplateHead head, BiConsumer<DynamoDbClient, Item> write) {
		String mark = UUID.randomUUID().toString();
		Item item = toItem(tenant, head).with("mark", mark);
		try {
			call((client) -> {
				write.accept(client, item);
				return mark;
			});
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			return mark.equals(Item.of(headItem(tenant, head.name())).optionalText("mark"));
		}
	}

	/** The heads that are not archived, by name. */
	Page<TemplateHead> heads(String tenant, String prefix, @Nullable String after, int limit) {
		List<TemplateHead> heads = new ArrayList<>();
		// All characters of names lie between these two.
		String low = (after != null && after.compareTo(prefix) >= 0) ? after + "!" : prefix;
		String high = prefix + "~";
		if (low.compareTo(high) > 0) {
			return new Page<>(List.of(), null);
		}
		Map<String, AttributeValue> values = Item.values()
			.with(":pk", headKey(tenant, "").text("pk"))
			.with(":low", low.isEmpty() ? "!" : low)
			.with(":high", high)
			.with(":archived", true)
			.attributes();
		Map<String, AttributeValue> start = Map.of();
		do {
			Map<String, AttributeValue> from = start;
			QueryResponse found = call((client) -> client.query((query) -> {
				query.tableName(table())
					.keyConditionExpression("pk = :pk AND sk BETWEEN :low AND :high")
					.filterExpression("archived <> :archived")
					.expressionAttributeValues(values)
					.limit(limit + 1)
					.exclusiveStartKey(from.isEmpty() ? null : from)
					.consistentRead(true);
			}));
			found.items().forEach((item) -> heads.add(readHead(Item.of(item))));
			start = found.lastEvaluatedKey();
		}
		while (heads.size() <= limit && !start.isEmpty());
		boolean more = heads.size() > limit;
		List<TemplateHead> items = more ? heads.subList(0, limit) : heads;
		return new Page<>(items, more ? items.getLast().name() : null);
	}

	/** The versions below a number, the newest first. */
	Page<VersionSummary> versions(String tenant, String name, int below, int limit) {
		List<VersionSummary> versions = new ArrayList<>();
		Map<String, AttributeValue> start = Map.of();
		do {
			Map<String, AttributeValue> from = start;
			QueryResponse found = call((client) -> client.query((query) -> query.tableName(table())
				.keyConditionExpression("pk = :pk AND sk < :below")
				.projectionExpression("sk, description, author, createdAt")
				.expressionAttributeValues(Item.values()
					.with(":pk", versionKey(tenant, name, 0).text("pk"))
					.with(":below", number(below))
					.attributes())
				.scanIndexForward(false)
				.limit(limit - versions.size())
				.exclusiveStartKey(from.isEmpty() ? null : from)
				.consistentRead(true)));
			found.items().forEach((item) -> versions.add(readSummary(Item.of(item))));
			start = found.lastEvaluatedKey();
		}
		while (versions.size() < limit && !start.isEmpty());
		boolean more = versions.size() == limit && versions.getLast().version() > 1;
		return new Page<>(versions, more ? String.valueOf(versions.getLast().version()) : null);
	}

	private static VersionSummary readSummary(Item item) {
		return new VersionSummary(Integer.parseInt(item.text("sk")), item.optionalText("description"),
				item.text("author"), Instant.parse(item.text("createdAt")));
	}

	private static Item headKey(String tenant, String name) {
		return Item.of("TEMPLATES#" + tenant, name);
	}

	/**
	 * A name has no {@code #}, so no tenant can be named into the partition of another.
	 */
	private static Item versionKey(String tenant, String name, int version) {
		return Item.of("VERSIONS#" + name + "#" + tenant, number(version));
	}

	private static String number(int version) {
		return String.format(Locale.ROOT, "%010d", version);
	}

	private static Item toItem(String tenant, TemplateHead head) {
		Map<String, Object> labels = new LinkedHashMap<>();
		head.labels().forEach((label, target) -> labels.put(label, switch (target) {
			case LabelTarget.Fixed(int version) -> version;
			case LabelTarget.Weighted(SortedMap<Integer, Integer> weights) -> weights;
		}));
		return headKey(tenant, head.name()).with("version", head.version())
			.with("description", head.description())
			.with("author", head.author())
			.with("createdAt", head.createdAt().toString())
			.with("updatedAt", head.updatedAt().toString())
			.with("labels", TemplateJson.compact(labels))
			.with("archived", head.archived())
			.with("revision", head.revision())
			.with("hash", head.hash());
	}

	private static TemplateHead readHead(Item item) {
		SortedMap<String, LabelTarget> labels = new TreeMap<>();
		TemplateJson.mapper().readTree(item.text("labels")).properties().forEach((label) -> {
			JsonNode target = label.getValue();
			if (target.isInt()) {
				labels.put(label.getKey(), new LabelTarget.Fixed(target.intValue()));
			}
			else {
				SortedMap<Integer, Integer> weights = new TreeMap<>();
				target.properties()
					.forEach((weight) -> weights.put(Integer.valueOf(weight.getKey()), weight.getValue().intValue()));
				labels.put(label.getKey(), new LabelTarget.Weighted(weights));
			}
		});
		return new TemplateHead(item.text("sk"), (int) item.number("version"), item.optionalText("description"),
				item.text("author"), Instant.parse(item.text("createdAt")), Instant.parse(item.text("updatedAt")),
				labels, item.flag("archived"), item.number("revision"), item.text("hash"));
	}

	private String table() {
		return this.store.table(TABLE);
	}

	private <T> T call(Function<DynamoDbClient, T> call) {
		try {
			return this.store.call(call);
		}
		catch (StoreException ex) {
			throw switch (ex.reason()) {
				case CONFLICT -> ex;
				case TOO_LARGE -> new PromptException(PromptException.Reason.TOO_LARGE, null,
						"The template is larger than the store takes", ex);
				case UNAVAILABLE -> new PromptException(PromptException.Reason.STORE_UNAVAILABLE, null,
						"Templates cannot be read or written for now", ex);
			};
		}
	}

}
