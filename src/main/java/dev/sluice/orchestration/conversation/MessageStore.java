package dev.sluice.orchestration.conversation;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import org.springframework.stereotype.Component;

/**
 * Messages in DynamoDB, an item each, the sequence in the key; those of a conversation
 * are in a partition of their own. The content of a large one is in pieces beside it,
 * named after its generation, so that no two writers touch the same. Whatever lies behind
 * the sequence that the head names is not there yet.
 */
@Component
class MessageStore {

	/** Bytes of content that an item may hold itself; DynamoDB takes 400 KB in all. */
	static final int PIECE = 350_000;

	/** A transaction has at most 100 actions and 4 MB. */
	private static final int MOST_ACTIONS = 90;

	private static final int MOST_BYTES = 3_000_000;

	private static final int BATCH = 25;

	private static final String SUMMARY = "SUMMARY";

	/**
	 * What was said long ago, in short.
	 *
	 * @param upTo sequence of the last message that is in it
	 */
	record Summary(String text, long upTo) {
	}

	/**
	 * The newest messages, the oldest first.
	 *
	 * @param complete whether there are no others but those summed up
	 */
	record Newest(List<StoredMessage> messages, @Nullable Summary summary, boolean complete) {
	}

	private final DynamoStore store;

	private final Duration ttl;

	MessageStore(DynamoStore store, ConversationProperties properties) {
		this.store = store;
		this.ttl = properties.ttl();
	}

	/**
	 * Writes the messages of a turn, and what ends it, as one: until the head counts them
	 * nobody sees them. May be repeated.
	 * @return false if it was not this generation's turn any more; nothing is left then
	 */
	boolean write(String partition, List<StoredMessage> messages, Update ending) {
		List<Item> pieces = new ArrayList<>();
		List<List<TransactWriteItem>> transactions = new ArrayList<>();
		List<TransactWriteItem> current = new ArrayList<>();
		int bytes = 0;
		for (StoredMessage message : messages) {
			byte[] content = ContentJson.write(message.message().content());
			if (content.length > PIECE) {
				pieces.addAll(writePieces(partition, message, content));
			}
			int size = (content.length > PIECE) ? 0 : content.length;
			if (current.size() == MOST_ACTIONS || bytes + size > MOST_BYTES) {
				transactions.add(current);
				current = new ArrayList<>();
				bytes = 0;
			}
			bytes += size;
			Item item = toItem(partition, message, content);
			current
				.add(TransactWriteItem.builder().put((put) -> put.tableName(table()).item(item.attributes())).build());
		}
		transactions.add(current);
		try {
			for (int i = 0; i < transactions.size(); i++) {
				boolean last = i == transactions.size() - 1;
				transact(transactions.get(i), last ? ending(ending) : expecting(ending),
						messages.getFirst().generationId() + "-" + i);
			}
			return true;
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			StoredMessage last = messages.getLast();
			// Perhaps an earlier answer got lost.
			if (isWritten(partition, last)) {
				return true;
			}
			batch(pieces.stream().map(MessageStore::deletion).toList());
			return false;
		}
	}

	private void transact(List<TransactWriteItem> puts, TransactWriteItem head, String token) {
		List<TransactWriteItem> items = new ArrayList<>(puts);
		items.add(head);
		this.store.call((client) -> client
			.transactWriteItems((transaction) -> transaction.transactItems(items).clientRequestToken(token)));
	}

	private static TransactWriteItem ending(Update ending) {
		return TransactWriteItem.builder().update(ending).build();
	}

	private static TransactWriteItem expecting(Update ending) {
		return TransactWriteItem.builder()
			.conditionCheck((check) -> check.tableName(ending.tableName())
				.key(ending.key())
				.conditionExpression(ending.conditionExpression())
				.expressionAttributeValues(Map.of(":turn", ending.expressionAttributeValues().get(":turn"))))
			.build();
	}

	/** The last message is written with the head that counts it. */
	private boolean isWritten(String partition, StoredMessage last) {
		Map<String, AttributeValue> item = this.store.call((client) -> client.getItem(
				(get) -> get.tableName(table()).key(key(partition, last.sequence()).attributes()).consistentRead(true)))
			.item();
		return !item.isEmpty() && last.generationId().equals(Item.of(item).optionalText("generationId"));
	}

	private List<Item> writePieces(String partition, StoredMessage message, byte[] content) {
		List<Item> keys = new ArrayList<>();
		for (int from = 0; from < content.length; from += PIECE) {
			keys.add(pieceKey(partition, message, from / PIECE));
			Item piece = pieceKey(partition, message, from / PIECE).with("content",
					Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE)));
			expiring(piece, message.createdAt());
			this.store.call((client) -> client.putItem((put) -> put.tableName(table()).item(piece.attributes())));
		}
		return keys;
	}

	/**
	 * The newest messages up to the one that the head counts last.
	 * @param most most messages
	 * @param bytes most bytes of content
	 */
	Newest newest(String partition, long last, int most, long bytes) {
		List<StoredMessage> messages = new ArrayList<>();
		Summary summary = null;
		Map<String, AttributeValue> start = Map.of();
		long room = bytes;
		do {
			QueryResponse page = query(partition, key(partition, 1).text("sk"), SUMMARY, false, start);
			for (Map<String, AttributeValue> attributes : page.items()) {
				Item item = Item.of(attributes);
				if (Head.expired(item)) {
					continue;
				}
				if (item.text("sk").equals(SUMMARY)) {
					summary = new Summary(item.text("text"), item.number("upTo"));
					continue;
				}
				long sequence = sequence(item);
				if (summary != null && sequence <= summary.upTo()) {
					return new Newest(messages.reversed(), summary, true);
				}
				if (sequence <= last) {
					room -= item.number("size");
					if (messages.size() == most || room < 0) {
						return new Newest(messages.reversed(), summary, false);
					}
					messages.add(read(partition, item));
				}
			}
			start = page.lastEvaluatedKey();
		}
		while (!start.isEmpty());
		return new Newest(messages.reversed(), summary, true);
	}

	/**
	 * The messages behind one, up to the one that the head counts last.
	 * @param most most messages
	 * @param bytes most bytes of content, unless the first one has more
	 */
	List<StoredMessage> after(String partition, long after, long last, int most, long bytes) {
		List<StoredMessage> messages = new ArrayList<>();
		Map<String, AttributeValue> start = Map.of();
		long room = bytes;
		while (after < last) {
			QueryResponse page = query(partition, key(partition, after + 1).text("sk"), key(partition, last).text("sk"),
					true, start);
			for (Map<String, AttributeValue> attributes : page.items()) {
				Item item = Item.of(attributes);
				if (Head.expired(item)) {
					continue;
				}
				room -= item.number("size");
				if (messages.size() == most || (room < 0 && !messages.isEmpty())) {
					return messages;
				}
				messages.add(read(partition, item));
			}
			start = page.lastEvaluatedKey();
			if (start.isEmpty()) {
				break;
			}
		}
		return messages;
	}

	@Nullable Summary summary(String partition) {
		Map<String, AttributeValue> item = this.store.call((client) -> client.getItem(
				(get) -> get.tableName(table()).key(Item.of(pk(partition), SUMMARY).attributes()).consistentRead(true)))
			.item();
		return (item.isEmpty() || Head.expired(Item.of(item))) ? null
				: new Summary(Item.of(item).text("text"), Item.of(item).number("upTo"));
	}

	/** Keeps a summary unless one reaches further, or the conversation has gone. */
	void sumUp(String partition, Summary summary, ConditionCheck still) {
		Item item = toItem(partition, summary);
		try {
			this.store.call((client) -> client
				.transactWriteItems((transaction) -> transaction.transactItems((check) -> check.conditionCheck(still),
						(put) -> put.put((newer) -> newer.tableName(table())
							.item(item.attributes())
							.conditionExpression("attribute_not_exists(pk) OR upTo < :upTo")
							.expressionAttributeValues(Item.values().with(":upTo", summary.upTo()).attributes())))));
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
		}
	}

	private Item toItem(String partition, Summary summary) {
		return expiring(Item.of(pk(partition), SUMMARY).with("text", summary.text()).with("upTo", summary.upTo()),
				Instant.now());
	}

	/**
	 * Copies messages, their pieces and what sums them up.
	 * @param last sequence of the last message to copy
	 * @return the sequence of the last one copied: one of the assistant, or 0
	 */
	long copy(String from, String to, long last) {
		long copied = last;
		while (copied > 0) {
			List<StoredMessage> newest = after(from, copied - 1, copied, 1, 0);
			if (!newest.isEmpty() && newest.getFirst().message().role() == Role.ASSISTANT) {
				break;
			}
			copied = newest.isEmpty() ? 0 : copied - 1;
		}
		if (copied == 0) {
			return 0;
		}
		Map<String, AttributeValue> start = Map.of();
		do {
			QueryResponse page = query(from, key(from, 1).text("sk"), key(from, copied).text("sk"), true, start);
			List<Item> items = page.items().stream().map(Item::of).filter((item) -> !Head.expired(item)).toList();
			for (Item item : items) {
				for (int i = 0; i < item.number("pieces"); i++) {
					copy(piece(from, item, i), to);
				}
			}
			putAll(items.stream().map((item) -> moved(item, to)).toList());
			start = page.lastEvaluatedKey();
		}
		while (!start.isEmpty());
		Summary summary = summary(from);
		if (summary != null && summary.upTo() <= copied) {
			this.store.call(
					(client) -> client.putItem((put) -> put.tableName(table()).item(toItem(to, summary).attributes())));
		}
		return copied;
	}

	private void copy(Item item, String to) {
		this.store.call((client) -> client.putItem((put) -> put.tableName(table()).item(moved(item, to).attributes())));
	}

	private static Item moved(Item item, String to) {
		Map<String, AttributeValue> attributes = new LinkedHashMap<>(item.attributes());
		attributes.put("pk", AttributeValue.fromS(pk(to)));
		return Item.of(attributes);
	}

	private void putAll(List<Item> items) {
		batch(items.stream()
			.map((item) -> WriteRequest.builder().putRequest((put) -> put.item(item.attributes())).build())
			.toList());
	}

	/** Removes all that is in a partition. */
	void remove(String partition) {
		Map<String, AttributeValue> start = Map.of();
		do {
			Map<String, AttributeValue> from = start;
			QueryResponse page = this.store.call((client) -> client.query((query) -> query.tableName(table())
				.keyConditionExpression("pk = :pk")
				.projectionExpression("pk, sk")
				.expressionAttributeValues(Item.values().with(":pk", pk(partition)).attributes())
				.consistentRead(true)
				.exclusiveStartKey(from.isEmpty() ? null : from)));
			batch(page.items().stream().map(Item::of).map(MessageStore::deletion).toList());
			start = page.lastEvaluatedKey();
		}
		while (!start.isEmpty());
	}

	private static WriteRequest deletion(Item key) {
		return WriteRequest.builder().deleteRequest((delete) -> delete.key(key.attributes())).build();
	}

	private void batch(List<WriteRequest> writes) {
		for (int i = 0; i < writes.size(); i += BATCH) {
			List<WriteRequest> left = writes.subList(i, Math.min(writes.size(), i + BATCH));
			for (int attempt = 0; !left.isEmpty(); attempt++) {
				if (attempt > 0) {
					Pause.after(attempt);
				}
				if (attempt > 20) {
					throw new StoreException(StoreException.Reason.UNAVAILABLE, "DynamoDB takes no more for now", null);
				}
				Map<String, List<WriteRequest>> requests = Map.of(table(), left);
				left = this.store.call((client) -> client.batchWriteItem((batch) -> batch.requestItems(requests)))
					.unprocessedItems()
					.getOrDefault(table(), List.of());
			}
		}
	}

	private QueryResponse query(String partition, String from, String to, boolean forward,
			Map<String, AttributeValue> start) {
		return this.store.call((client) -> client.query((query) -> query.tableName(table())
			.keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
			.expressionAttributeValues(
					Item.values().with(":pk", pk(partition)).with(":from", from).with(":to", to).attributes())
			.scanIndexForward(forward)
			.consistentRead(true)
			.exclusiveStartKey(start.isEmpty() ? null : start)));
	}

	private StoredMessage read(String partition, Item item) {
		byte[] content = item.bytes("content");
		if (item.has("pieces")) {
			ByteArrayOutputStream joined = new ByteArrayOutputStream((int) item.number("size"));
			for (int i = 0; i < item.number("pieces"); i++) {
				joined.writeBytes(piece(partition, item, i).bytes("content"));
			}
			content = joined.toByteArray();
		}
		return new StoredMessage(sequence(item),
				new Message(Role.valueOf(item.text("role").toUpperCase(Locale.ROOT)), ContentJson.read(content)),
				item.text("generationId"), item.optionalText("model"), item.flag("partial"),
				Instant.parse(item.text("createdAt")));
	}

	private Item piece(String partition, Item message, int number) {
		Item key = pieceKey(partition, message.text("generationId"), sequence(message), number);
		Map<String, AttributeValue> item = this.store.call(
				(client) -> client.getItem((get) -> get.tableName(table()).key(key.attributes()).consistentRead(true)))
			.item();
		if (item.isEmpty()) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE, "A piece of a message is missing", null);
		}
		return Item.of(item);
	}

	private Item toItem(String partition, StoredMessage message, byte[] content) {
		Item item = key(partition, message.sequence())
			.with("role", message.message().role().name().toLowerCase(Locale.ROOT))
			.with("generationId", message.generationId())
			.with("model", message.model())
			.with("createdAt", Head.time(message.createdAt()))
			.with("size", content.length);
		if (message.partial()) {
			item.with("partial", true);
		}
		if (content.length > PIECE) {
			item.with("pieces", Math.ceilDiv(content.length, PIECE));
		}
		else {
			item.with("content", content);
		}
		return expiring(item, message.createdAt());
	}

	private Item expiring(Item item, Instant from) {
		return this.ttl.isZero() ? item : item.with("ttl", Head.expiry(this.ttl, from));
	}

	private static long sequence(Item item) {
		return Long.parseLong(item.text("sk").substring(2));
	}

	private static String pk(String partition) {
		return "MSG#" + partition;
	}

	private static Item key(String partition, long sequence) {
		return Item.of(pk(partition), "M#%010d".formatted(sequence));
	}

	private static Item pieceKey(String partition, StoredMessage message, int number) {
		return pieceKey(partition, message.generationId(), message.sequence(), number);
	}

	private static Item pieceKey(String partition, String generationId, long sequence, int number) {
		return Item.of(pk(partition), "C#%s#%010d#%04d".formatted(generationId, sequence, number));
	}

	private String table() {
		return this.store.table(ConversationStore.TABLE);
	}

}
