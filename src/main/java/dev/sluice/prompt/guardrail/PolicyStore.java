package dev.sluice.prompt.guardrail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * Policies in DynamoDB, those of a tenant in one partition. What is deleted leaves its
 * revision behind, so that nobody takes a later policy for the one that he read.
 */
final class PolicyStore {

	private static final String TABLE = "Guardrails";

	private final DynamoStore store;

	PolicyStore(DynamoStore store) {
		this.store = store;
	}

	/** A policy, {@code null} if none of that name is stored. */
	@Nullable StoredPolicy read(String tenant, String name) {
		Map<String, AttributeValue> found = call((client) -> client
			.getItem((get) -> get.tableName(table()).key(Item.of(tenant, name).attributes()).consistentRead(true)))
			.item();
		return found.containsKey("policy") ? policy(Item.of(found)) : null;
	}

	/**
	 * Stores a policy.
	 * @param expected the revision that it replaces, 0 if there is to be none,
	 * {@code null} whatever is there
	 * @return the policy with its revision
	 * @throws PromptException with {@code CONFLICT} if something else is there
	 */
	StoredPolicy save(String tenant, StoredPolicy policy, @Nullable Long expected) {
		Item values = Item.values()
			.with(":policy", policy.json())
			.with(":description", policy.description())
			.with(":enabled", policy.enabled())
			.with(":author", policy.author())
			.with(":updatedAt", policy.updatedAt().toString())
			.with(":none", 0)
			.with(":one", 1);
		return policy.with(update(tenant, policy.name(), values, """
				SET policy = :policy, description = :description, enabled = :enabled, author = :author, \
				updatedAt = :updatedAt, revision = if_not_exists(revision, :none) + :one""",
				condition(expected, values)));
	}

	/**
	 * Takes a policy away.
	 * @throws PromptException with {@code CONFLICT} if another revision is there
	 */
	void delete(String tenant, String name, long expected) {
		Item values = Item.values().with(":one", 1);
		update(tenant, name, values, "SET revision = revision + :one REMOVE policy", condition(expected, values));
	}

	/** At most {@code limit} policies after a name, in the order of their names. */
	List<StoredPolicy> list(String tenant, String after, int limit) {
		List<StoredPolicy> policies = new ArrayList<>();
		Map<String, AttributeValue> values = Item.values().with(":tenant", tenant).with(":after", after).attributes();
		Map<String, AttributeValue> start = Map.of();
		do {
			Map<String, AttributeValue> from = start;
			QueryResponse page = call((client) -> client.query((query) -> query.tableName(table())
				.keyConditionExpression("pk = :tenant AND sk > :after")
				.filterExpression("attribute_exists(policy)")
				.projectionExpression("sk, description, enabled, author, updatedAt, revision")
				.expressionAttributeValues(values)
				.exclusiveStartKey(from.isEmpty() ? null : from)
				.limit(limit)
				.consistentRead(true)));
			page.items().forEach((item) -> policies.add(policy(Item.of(item))));
			start = page.lastEvaluatedKey();
		}
		while (policies.size() < limit && !start.isEmpty());
		return policies.subList(0, Math.min(limit, policies.size()));
	}

	private long update(String tenant, String name, Item values, String change, @Nullable String condition) {
		try {
			return Item.of(call((client) -> client.updateItem((update) -> update.tableName(table())
				.key(Item.of(tenant, name).attributes())
				.updateExpression(change)
				.conditionExpression(condition)
				.expressionAttributeValues(values.attributes())
				.returnValues(ReturnValue.ALL_NEW))).attributes()).number("revision");
		}
		catch (StoreException ex) {
			throw new PromptException(Reason.CONFLICT, null,
					"The stored policy " + name + " is another by now: read it and decide anew", ex);
		}
	}

	private static @Nullable String condition(@Nullable Long expected, Item values) {
		if (expected == null) {
			return null;
		}
		if (expected == 0) {
			return "attribute_not_exists(policy)";
		}
		values.with(":expected", expected);
		return "attribute_exists(policy) AND revision = :expected";
	}

	private static StoredPolicy policy(Item item) {
		String json = item.optionalText("policy");
		String description = item.optionalText("description");
		return new StoredPolicy(item.text("sk"), (json != null) ? json : "", (description != null) ? description : "",
				item.flag("enabled"), item.number("revision"), item.text("author"),
				Instant.parse(item.text("updatedAt")));
	}

	private String table() {
		return this.store.table(TABLE);
	}

	/** Only a conflict comes out as the store's own exception. */
	private <T> T call(Function<DynamoDbClient, T> call) {
		try {
			return this.store.call(call);
		}
		catch (StoreException ex) {
			throw switch (ex.reason()) {
				case CONFLICT -> ex;
				case TOO_LARGE ->
					new PromptException(Reason.TOO_LARGE, null, "The policy is larger than the store takes", ex);
				case UNAVAILABLE -> new PromptException(Reason.STORE_UNAVAILABLE, null,
						"Guardrail policies cannot be read or written for now", ex);
			};
		}
	}

}
