package dev.sluice.orchestration.generation;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The table of generations. All items of one have the same partition: {@code HEAD} once
 * it has ended, with its events or their beginning; {@code PART#}n with more of them; and
 * {@code MARK} if it ran on by itself, with what is known of its beginning and the node
 * that runs it. A head is written last, so that where it is all of it is.
 */
final class ArchiveTable {

	/** An item may have 400 KB. */
	private static final int MOST_OF_AN_ITEM = 350 * 1024;

	private static final int MOST_ITEMS = 25;

	/** A batch may have 16 MB. */
	private static final int MOST_BYTES = 12 * 1024 * 1024;

	/** How long after its time limit the end of a generation may still come. */
	private static final Duration LATEST = Duration.ofMinutes(15);

	private static final String HEAD = "HEAD";

	private static final String MARK = "MARK";

	private static final String PART = "PART#";

	private final DynamoStore store;

	private final Duration ttl;

	ArchiveTable(DynamoStore store, Duration ttl) {
		this.store = store;
		this.ttl = ttl;
	}

	/** What the table has of a generation. */
	record Stored(@Nullable Head head, @Nullable Mark mark) {
	}

	/** How one ended. */
	record Head(Caller owner, Instant createdAt, Instant endedAt, List<GenerationEvent> events, boolean lost) {
	}

	/**
	 * That one began.
	 *
	 * @param endsBefore when its end is there at last, if anybody still has it
	 */
	record Mark(Caller owner, Instant createdAt, Instant endsBefore, GenerationEvent.Started started, String node) {
	}

	/** The items of a generation that has ended. */
	record Ended(Item head, List<Item> parts) {
	}

	Item mark(Generation generation, String node) {
		return key(generation.owner().tenant(), generation.id(), MARK).with("subject", generation.owner().subject())
			.with("createdAt", generation.createdAt().toEpochMilli())
			.with("endsBefore", Instant.now().plus(generation.scope().remaining()).plus(LATEST).toEpochMilli())
			.with("node", node)
			.with("events", EventsJson.write(new StoredLog(List.of(generation.started()), false)))
			.with("ttl", generation.createdAt().plus(this.ttl).getEpochSecond());
	}

	Ended ended(Generation generation, String node) {
		Instant endedAt = generation.endedAt();
		byte[] events = EventsJson.write(generation.log());
		Item head = head(generation.owner(), generation.id(), generation.createdAt(),
				(endedAt != null) ? endedAt : Instant.now(), node);
		head.with("events", Arrays.copyOf(events, Math.min(events.length, MOST_OF_AN_ITEM)));
		List<Item> parts = new ArrayList<>();
		for (int from = MOST_OF_AN_ITEM; from < events.length; from += MOST_OF_AN_ITEM) {
			String sk = "%s%05d".formatted(PART, parts.size() + 1);
			parts.add(key(generation.owner().tenant(), generation.id(), sk)
				.with("events", Arrays.copyOfRange(events, from, Math.min(events.length, from + MOST_OF_AN_ITEM)))
				.with("ttl", head.number("ttl")));
		}
		return new Ended(head.with("parts", parts.size()), parts);
	}

	/** The head of one whose node ended while it ran. */
	Item lost(Mark mark, GenerationEvent.Failed failure, String node) {
		return head(mark.owner(), mark.started().id(), mark.createdAt(), Instant.now(), node)
			.with("events", EventsJson.write(new StoredLog(List.of(mark.started(), failure), false)))
			.with("lost", true);
	}

	private Item head(Caller owner, String id, Instant createdAt, Instant endedAt, String node) {
		return key(owner.tenant(), id, HEAD).with("subject", owner.subject())
			.with("createdAt", createdAt.toEpochMilli())
			.with("endedAt", endedAt.toEpochMilli())
			.with("node", node)
			.with("lost", false)
			.with("ttl", endedAt.plus(this.ttl).getEpochSecond());
	}

	/**
	 * Writes items whatever is there.
	 * @throws StoreException if not all of them were written
	 */
	void put(List<Item> items) {
		List<WriteRequest> batch = new ArrayList<>();
		int bytes = 0;
		for (Item item : items) {
			int size = item.bytes("events").length;
			if (batch.size() == MOST_ITEMS || bytes + size > MOST_BYTES) {
				write(batch);
				batch.clear();
				bytes = 0;
			}
			batch.add(WriteRequest.builder().putRequest((put) -> put.item(item.attributes())).build());
			bytes += size;
		}
		if (!batch.isEmpty()) {
			write(batch);
		}
	}

	private void write(List<WriteRequest> batch) {
		Map<String, List<WriteRequest>> unprocessed = this.store
			.call((client) -> client.batchWriteItem((write) -> write.requestItems(Map.of(table(), batch))))
			.unprocessedItems();
		if (!unprocessed.isEmpty()) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE, "DynamoDB did not take all items", null);
		}
	}

	/**
	 * Writes a head unless somebody else did; says whether it is the one that counts.
	 * Writing it again does no harm.
	 */
	boolean putOnce(Item head) {
		Item values = Item.values().with(":node", head.text("node")).with(":lost", head.flag("lost"));
		try {
			this.store.call((client) -> client.putItem((put) -> put.tableName(table())
				.item(head.attributes())
				.conditionExpression("attribute_not_exists(pk) OR (node = :node AND lost = :lost)")
				.expressionAttributeValues(values.attributes())));
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() == StoreException.Reason.CONFLICT) {
				return false;
			}
			throw ex;
		}
	}

	/** What there is and has not expired. */
	Stored find(String tenant, String id) {
		long now = Instant.now().getEpochSecond();
		Item head = null;
		Item mark = null;
		ByteArrayOutputStream events = new ByteArrayOutputStream();
		int parts = 0;
		for (Item item : items(tenant, id)) {
			if (item.number("ttl") <= now) {
				continue;
			}
			String sk = item.text("sk");
			if (sk.equals(MARK)) {
				mark = item;
			}
			else if (sk.equals(HEAD)) {
				head = item;
				events.writeBytes(item.bytes("events"));
			}
			else if (head != null && parts < head.number("parts")) {
				events.writeBytes(item.bytes("events"));
				parts++;
			}
		}
		if (head != null && parts < head.number("parts")) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE, "Items of " + id + " are missing", null);
		}
		return new Stored((head != null) ? headOf(tenant, head, events.toByteArray()) : null,
				(mark != null) ? markOf(tenant, mark) : null);
	}

	private List<Item> items(String tenant, String id) {
		List<Item> items = new ArrayList<>();
		Map<String, AttributeValue> from = null;
		do {
			QueryRequest query = QueryRequest.builder()
				.tableName(table())
				.keyConditionExpression("pk = :pk")
				.expressionAttributeValues(Item.values().with(":pk", partition(tenant, id)).attributes())
				.consistentRead(true)
				.exclusiveStartKey(from)
				.build();
			QueryResponse page = this.store.call((client) -> client.query(query));
			page.items().forEach((item) -> items.add(Item.of(item)));
			from = page.lastEvaluatedKey();
		}
		while (from != null && !from.isEmpty());
		return items;
	}

	private static Head headOf(String tenant, Item item, byte[] events) {
		return new Head(new Caller(tenant, item.text("subject")), Instant.ofEpochMilli(item.number("createdAt")),
				Instant.ofEpochMilli(item.number("endedAt")), EventsJson.read(events), item.flag("lost"));
	}

	private static Mark markOf(String tenant, Item item) {
		if (!(EventsJson.read(item.bytes("events")).getFirst() instanceof GenerationEvent.Started started)) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE, "A marker lacks its start", null);
		}
		return new Mark(new Caller(tenant, item.text("subject")), Instant.ofEpochMilli(item.number("createdAt")),
				Instant.ofEpochMilli(item.number("endsBefore")), started, item.text("node"));
	}

	private static Item key(String tenant, String id, String sk) {
		return Item.of(partition(tenant, id), sk);
	}

	private static String partition(String tenant, String id) {
		return "GENERATION#" + id + "#" + tenant;
	}

	private String table() {
		return this.store.table("Generations");
	}

}
