package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

import org.springframework.stereotype.Component;

/**
 * Conversations in DynamoDB, without their messages: an item each, which says where the
 * messages are, how many of them count, and whose turn it is. Every write names what it
 * expects, so that whoever was taken for dead changes nothing.
 */
@Component
class ConversationStore {

	static final String TABLE = "Conversations";

	private static final String ALIVE = "(attribute_not_exists(#ttl) OR #ttl > :now)";

	/** Partitions of messages that nobody needs any more. */
	private static final String PURGE = "PURGE";

	private static final int BATCH = 100;

	/**
	 * What came of a conditional write.
	 *
	 * @param done whether the condition held
	 * @param head as it is now; if the condition did not hold as it was then,
	 * {@code null} if there was none
	 */
	record Outcome(boolean done, @Nullable Head head) {
	}

	/** A partition of messages to be removed once its time has come. */
	record Leftover(String partition, long due) {
	}

	private final DynamoStore store;

	private final Duration ttl;

	ConversationStore(DynamoStore store, ConversationProperties properties) {
		this.store = store;
		this.ttl = properties.ttl();
	}

	/** The head, {@code null} if there is none. */
	@Nullable Head find(String tenant, String id) {
		Map<String, AttributeValue> item = this.store
			.call((client) -> client
				.getItem((get) -> get.tableName(table()).key(Head.key(tenant, id).attributes()).consistentRead(true)))
			.item();
		return living(tenant, item);
	}

	private static @Nullable Head living(String tenant, Map<String, AttributeValue> attributes) {
		return (attributes.isEmpty() || Head.expired(Item.of(attributes))) ? null
				: Head.of(tenant, Item.of(attributes));
	}

	/**
	 * Writes a new one.
	 * @return false if there is one of that id
	 */
	boolean create(Head head) {
		try {
			this.store.call((client) -> client.putItem((put) -> put.tableName(table())
				.item(head.toItem(this.ttl).attributes())
				.conditionExpression("attribute_not_exists(pk) OR #ttl <= :now OR messagesAt = :own")
				.expressionAttributeNames(Map.of("#ttl", "ttl"))
				.expressionAttributeValues(now().with(":own", head.partition()).attributes())));
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			return false;
		}
	}

	/**
	 * Takes the turn if nobody has it.
	 * @param stale the generation from which it may be taken
	 */
	Outcome take(Caller owner, String id, Head.Holder holder, @Nullable String stale) {
		Item values = now().with(":subject", owner.subject())
			.with(":turn", holder.generationId())
			.with(":stale", (stale != null) ? stale : holder.generationId())
			.with(":node", holder.node())
			.with(":until", holder.until().toEpochMilli())
			.with(":millis", System.currentTimeMillis());
		return update(owner.tenant(), id,
				(update) -> update.updateExpression("SET turn = :turn, turnNode = :node, turnUntil = :until")
					.conditionExpression("subject = :subject AND " + ALIVE
							+ " AND (attribute_not_exists(turn) OR turn IN (:turn, :stale) OR turnUntil < :millis)")
					.expressionAttributeNames(Map.of("#ttl", "ttl"))
					.expressionAttributeValues(values.attributes()));
	}

	/** Ends a turn without a message. */
	void release(Caller owner, String id, String generationId) {
		update(owner.tenant(), id,
				(update) -> update.updateExpression("REMOVE turn, turnNode, turnUntil")
					.conditionExpression("turn = :turn")
					.expressionAttributeValues(Item.values().with(":turn", generationId).attributes()));
	}

	/** Renames or shares it; what is {@code null} stays as it is. */
	Outcome update(Caller owner, String id, @Nullable String title, @Nullable List<String> sharedWith) {
		List<String> sets = new ArrayList<>();
		List<String> removes = new ArrayList<>();
		Item values = now().with(":subject", owner.subject());
		touch(sets, removes, values, Instant.now());
		if (title != null) {
			sets.add("title = :title");
			values.with(":title", title);
		}
		if (sharedWith != null) {
			(sharedWith.isEmpty() ? removes : sets)
				.add(sharedWith.isEmpty() ? "sharedWith" : "sharedWith = :sharedWith");
			values.with(":sharedWith", sharedWith);
		}
		return update(owner.tenant(), id,
				(update) -> update.updateExpression(expression(sets, removes))
					.conditionExpression("subject = :subject AND " + ALIVE)
					.expressionAttributeNames(Map.of("#ttl", "ttl"))
					.expressionAttributeValues(values.attributes()));
	}

	/** What ends a turn with messages, for the transaction that writes them. */
	Update ending(Caller owner, String id, String generationId, long messages, @Nullable String title, Instant at) {
		List<String> sets = new ArrayList<>(List.of("messages = :messages"));
		List<String> removes = new ArrayList<>(List.of("turn", "turnNode", "turnUntil"));
		Item values = Item.values().with(":turn", generationId).with(":messages", messages);
		touch(sets, removes, values, at);
		if (title != null) {
			sets.add("title = if_not_exists(title, :title)");
			values.with(":title", title);
		}
		return Update.builder()
			.tableName(table())
			.key(Head.key(owner.tenant(), id).attributes())
			.updateExpression(expression(sets, removes))
			.conditionExpression("turn = :turn")
			.expressionAttributeNames(Map.of("#ttl", "ttl"))
			.expressionAttributeValues(values.attributes())
			.build();
	}

	/** The condition that a conversation has its messages in a partition still. */
	ConditionCheck stillAt(Caller owner, String id, String partition) {
		return ConditionCheck.builder()
			.tableName(table())
			.key(Head.key(owner.tenant(), id).attributes())
			.conditionExpression("messagesAt = :partition")
			.expressionAttributeValues(Item.values().with(":partition", partition).attributes())
			.build();
	}

	private void touch(List<String> sets, List<String> removes, Item values, Instant at) {
		sets.add("updatedAt = :at");
		values.with(":at", Head.time(at));
		if (this.ttl.isZero()) {
			removes.add("#ttl");
		}
		else {
			sets.add("#ttl = :ttl");
			values.with(":ttl", Head.expiry(this.ttl, at));
		}
	}

	private static String expression(List<String> sets, List<String> removes) {
		return "SET " + String.join(", ", sets) + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes));
	}

	private Outcome update(String tenant, String id, Consumer<UpdateItemRequest.Builder> update) {
		try {
			return new Outcome(true,
					Head.of(tenant, Item.of(this.store.call((client) -> client.updateItem((request) -> {
						request.tableName(table())
							.key(Head.key(tenant, id).attributes())
							.returnValues(ReturnValue.ALL_NEW)
							.returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
						update.accept(request);
					})).attributes())));
		}
		catch (StoreException ex) {
			if (ex.getCause() instanceof ConditionalCheckFailedException refused) {
				return new Outcome(false, living(tenant, refused.hasItem() ? refused.item() : Map.of()));
			}
			throw ex;
		}
	}

	/**
	 * Those of an owner, the newest first. The index lags behind, so each is read once
	 * more.
	 */
	ConversationPage<Conversation> list(Caller owner, int limit, @Nullable Cursor after) {
		List<Conversation> found = new ArrayList<>();
		List<Cursor> places = new ArrayList<>();
		Map<String, AttributeValue> start = (after != null) ? after.startKey(owner) : Map.of();
		do {
			QueryResponse page = query(owner, Math.min(BATCH, limit + 1), start);
			Map<String, Conversation> living = read(owner, page.items());
			for (Map<String, AttributeValue> key : page.items()) {
				// Of one that is just moving the index may tell twice.
				Conversation conversation = living.remove(Item.of(key).text("pk"));
				if (conversation != null && found.size() <= limit) {
					found.add(conversation);
					places.add(Cursor.of(Item.of(key)));
				}
			}
			start = page.lastEvaluatedKey();
		}
		while (found.size() <= limit && !start.isEmpty());
		boolean more = found.size() > limit;
		return new ConversationPage<>(more ? found.subList(0, limit) : found,
				more ? places.get(limit - 1).toString() : null);
	}

	private QueryResponse query(Caller owner, int most, Map<String, AttributeValue> start) {
		return this.store.call((client) -> client.query((query) -> query.tableName(table())
			.indexName("by-owner")
			.keyConditionExpression("#owner = :owner")
			.expressionAttributeNames(Map.of("#owner", "owner"))
			.expressionAttributeValues(Item.values().with(":owner", Head.ownerKey(owner)).attributes())
			.scanIndexForward(false)
			.limit(most)
			.exclusiveStartKey(start.isEmpty() ? null : start)));
	}

	/** Those that are there and belong to the owner, by partition key. */
	private Map<String, Conversation> read(Caller owner, List<Map<String, AttributeValue>> keys) {
		Map<String, Conversation> found = new HashMap<>();
		List<Map<String, AttributeValue>> wanted = keys.stream()
			.map((key) -> Item.of(Item.of(key).text("pk"), Head.SK).attributes())
			.distinct()
			.toList();
		while (!wanted.isEmpty()) {
			KeysAndAttributes next = KeysAndAttributes.builder().keys(wanted).consistentRead(true).build();
			BatchGetItemResponse page = this.store
				.call((client) -> client.batchGetItem((get) -> get.requestItems(Map.of(table(), next))));
			for (Map<String, AttributeValue> item : page.responses().getOrDefault(table(), List.of())) {
				Head head = living(owner.tenant(), item);
				if (head != null && head.conversation().owner().equals(owner)) {
					found.put(Item.of(item).text("pk"), head.conversation());
				}
			}
			KeysAndAttributes left = page.unprocessedKeys().get(table());
			wanted = (left != null) ? left.keys() : List.of();
		}
		return found;
	}

	/**
	 * Removes a head and notes where its messages are.
	 * @param due when nobody can add to it any more
	 * @return false if it has changed meanwhile
	 */
	boolean delete(Head head, Instant due) {
		Item values = Item.values().with(":partition", head.partition());
		String turn = "attribute_not_exists(turn)";
		if (head.holder() != null) {
			turn = "turn = :turn";
			values.with(":turn", head.holder().generationId());
		}
		String condition = "messagesAt = :partition AND " + turn;
		Conversation it = head.conversation();
		try {
			this.store.call((client) -> client.transactWriteItems((transaction) -> transaction.transactItems(
					(delete) -> delete.delete((head1) -> head1.tableName(table())
						.key(Head.key(it.owner().tenant(), it.id()).attributes())
						.conditionExpression(condition)
						.expressionAttributeValues(values.attributes())),
					(put) -> put.put((marker) -> marker.tableName(table())
						.item(marker(head.partition()).with("due", due.toEpochMilli()).attributes())))));
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			return false;
		}
	}

	/** Notes that what will be in a partition is to go, unless {@link #adopt} comes. */
	void expect(String partition, Instant due) {
		this.store.call((client) -> client.putItem(
				(put) -> put.tableName(table()).item(marker(partition).with("due", due.toEpochMilli()).attributes())));
	}

	/**
	 * Writes a head whose messages were expected.
	 * @return false if they have been removed meanwhile
	 */
	boolean adopt(Head head) {
		try {
			this.store.call((client) -> client.transactWriteItems((transaction) -> transaction.transactItems(
					(put) -> put.put((item) -> item.tableName(table()).item(head.toItem(this.ttl).attributes())),
					(delete) -> delete.delete((marker) -> marker.tableName(table())
						.key(marker(head.partition()).attributes())
						.conditionExpression("attribute_exists(pk)")))));
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			Head written = find(head.conversation().owner().tenant(), head.conversation().id());
			return written != null && written.partition().equals(head.partition());
		}
	}

	/** Looks at all that is to be removed, now or later. */
	void leftovers(Consumer<Leftover> look) {
		Map<String, AttributeValue> start = Map.of();
		do {
			Map<String, AttributeValue> from = start;
			QueryResponse page = this.store.call((client) -> client.query((query) -> query.tableName(table())
				.keyConditionExpression("pk = :pk")
				.expressionAttributeValues(Item.values().with(":pk", PURGE).attributes())
				.exclusiveStartKey(from.isEmpty() ? null : from)));
			page.items()
				.forEach((item) -> look.accept(new Leftover(Item.of(item).text("sk"), Item.of(item).number("due"))));
			start = page.lastEvaluatedKey();
		}
		while (!start.isEmpty());
	}

	/** Forgets what was removed. */
	void removed(String partition) {
		this.store.call((client) -> client
			.deleteItem((delete) -> delete.tableName(table()).key(marker(partition).attributes())));
	}

	private static Item marker(String partition) {
		return Item.of(PURGE, partition);
	}

	private static Item now() {
		return Item.values().with(":now", Instant.now().getEpochSecond());
	}

	private String table() {
		return this.store.table(TABLE);
	}

}
