package dev.sluice.prompt.audit;

import java.util.Locale;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

import dev.sluice.prompt.audit.ChainRecord.Fields;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import org.springframework.stereotype.Component;

/**
 * The trail in DynamoDB. Each writer has its records under one key, in the order of their
 * numbers, and an item that says which is the last; both change in one transaction.
 */
@Component
class AuditTable {

	/** What fits a transaction beside the head and the item that names the writer. */
	static final int MOST_RECORDS = 98;

	static final String INDEX = "by-time";

	private static final String WRITERS = "WRITERS";

	private static final int TEXT_PART = 350 * 1024;

	private static final int PARTS_AT_ONCE = 4;

	private static final int LARGEST_TEXTS = 128 * 1024 * 1024;

	private static final int HEADS_AT_ONCE = 100;

	private final DynamoStore store;

	/** Where a chain stands, and the time of its last record. */
	record StoredHead(Head head, Instant recordedAt) {
	}

	AuditTable(DynamoStore store) {
		this.store = store;
	}

	static String sortKey(long sequence) {
		return String.format(Locale.ROOT, "%019d", sequence);
	}

	private static Item recordKey(String writer, long sequence) {
		return Item.of("CHAIN#" + writer, sortKey(sequence));
	}

	private static Item headKey(String writer) {
		return Item.of("HEAD#" + writer, "HEAD");
	}

	private String name() {
		return this.store.table("Audit");
	}

	/**
	 * Adds records to a chain, all or none.
	 * @throws StoreException as a conflict if the chain does not end where it is expected
	 * to
	 */
	void append(Head expected, List<ChainRecord> records) {
		String writer = expected.writer();
		List<TransactWriteItem> actions = new ArrayList<>();
		long sequence = expected.sequence();
		for (ChainRecord record : records) {
			sequence++;
			Item item = toItem(record, record.knownFields());
			actions.add(put(item, (put) -> put.conditionExpression("attribute_not_exists(pk)")));
		}
		if (expected.sequence() == 0) {
			actions.add(put(Item.of(WRITERS, writer), (put) -> {
			}));
		}
		Item head = headKey(writer).with("sequence", sequence)
			.with("hash", records.getLast().hash())
			.with("recordedAt", ChainRecord.format(records.getLast().knownFields().recordedAt()));
		actions.add(put(head, (put) -> expect(put, expected)));
		this.store.call((client) -> client.transactWriteItems((write) -> write.transactItems(actions)));
	}

	private static void expect(Put.Builder put, Head expected) {
		if (expected.sequence() == 0) {
			put.conditionExpression("attribute_not_exists(pk)");
		}
		else {
			put.conditionExpression("#sequence = :sequence AND #hash = :hash")
				.expressionAttributeNames(Map.of("#sequence", "sequence", "#hash", "hash"))
				.expressionAttributeValues(Item.values()
					.with(":sequence", expected.sequence())
					.with(":hash", expected.hash())
					.attributes());
		}
	}

	private TransactWriteItem put(Item item, Consumer<Put.Builder> more) {
		return TransactWriteItem.builder()
			.put((put) -> more.accept(put.tableName(name()).item(item.attributes())))
			.build();
	}

	/** A record with what it is found by, all of which is in the record as well. */
	static Item toItem(ChainRecord record, Fields fields) {
		return recordKey(fields.writer(), fields.sequence()).with("record", record.json())
			.with("hash", record.hash())
			.with("time", fields.time())
			.with("tenantDay", fields.tenantDay())
			.with("template", fields.template())
			.with("model", fields.text("model"))
			.with("modelInvoked", fields.text("modelInvoked"));
	}

	/** Where a chain stands, {@code null} if DynamoDB knows nothing of it. */
	@Nullable Head head(String writer) {
		StoredHead head = heads(List.of(writer)).get(writer);
		return (head != null) ? head.head() : null;
	}

	/** Where chains stand. */
	Map<String, StoredHead> heads(List<String> writers) {
		Map<String, StoredHead> heads = new HashMap<>();
		for (int i = 0; i < writers.size(); i += HEADS_AT_ONCE) {
			List<Map<String, AttributeValue>> keys = writers.subList(i, Math.min(writers.size(), i + HEADS_AT_ONCE))
				.stream()
				.map((writer) -> headKey(writer).attributes())
				.toList();
			Map<String, KeysAndAttributes> wanted = Map.of(name(),
					KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
			while (!wanted.isEmpty()) {
				Map<String, KeysAndAttributes> now = wanted;
				var got = this.store.call((client) -> client.batchGetItem((get) -> get.requestItems(now)));
				got.responses().getOrDefault(name(), List.of()).forEach((item) -> add(Item.of(item), heads));
				if (got.responses().getOrDefault(name(), List.of()).isEmpty() && got.hasUnprocessedKeys()
						&& !got.unprocessedKeys().isEmpty()) {
					throw new StoreException(Reason.UNAVAILABLE, "DynamoDB answers with nothing for now", null);
				}
				wanted = got.unprocessedKeys();
			}
		}
		return heads;
	}

	/** A head that cannot be read is none. */
	private static void add(Item item, Map<String, StoredHead> heads) {
		String writer = item.text("pk").substring("HEAD#".length());
		String hash = item.optionalText("hash");
		String recordedAt = item.optionalText("recordedAt");
		if (hash != null && recordedAt != null) {
			try {
				heads.put(writer,
						new StoredHead(new Head(writer, item.number("sequence"), hash), Instant.parse(recordedAt)));
			}
			catch (DateTimeException _) {
				// Verification says that the chain has no end.
			}
		}
	}

	/** The writers that began no later than a time, in that order. */
	List<String> writers(Instant until) {
		List<String> writers = new ArrayList<>();
		Map<String, AttributeValue> from = Map.of();
		do {
			Map<String, AttributeValue> start = from;
			QueryResponse page = query((query) -> query.consistentRead(true)
				.keyConditionExpression("pk = :pk AND sk < :until")
				.expressionAttributeValues(
						Item.values().with(":pk", WRITERS).with(":until", Head.time(until.plusMillis(1))).attributes())
				.exclusiveStartKey(start.isEmpty() ? null : start));
			page.items().forEach((item) -> writers.add(Item.of(item).text("sk")));
			from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
		}
		while (!from.isEmpty());
		return writers;
	}

	/** A record, {@code null} if it is not there. */
	@Nullable Item record(String writer, long sequence) {
		var got = this.store.call((client) -> client.getItem(
				(get) -> get.tableName(name()).key(recordKey(writer, sequence).attributes()).consistentRead(true)));
		return got.hasItem() ? Item.of(got.item()) : null;
	}

	/** Records of a chain after a sort key, whatever that may be, one page of them. */
	List<Item> recordsAfter(String writer, String key, int limit) {
		return query((query) -> query.consistentRead(true)
			.keyConditionExpression("pk = :pk AND sk > :key")
			.expressionAttributeValues(Item.values().with(":pk", "CHAIN#" + writer).with(":key", key).attributes())
			.limit(limit)).items().stream().map(Item::of).toList();
	}

	QueryResponse query(Consumer<QueryRequest.Builder> query) {
		return this.store.call((client) -> client.query((request) -> query.accept(request.tableName(name()))));
	}

	/** Keeps texts until a time; the same once more changes nothing. */
	void putTexts(String writer, long sequence, byte[] texts, Instant until) {
		List<WriteRequest> parts = new ArrayList<>();
		for (int part = 0; part * TEXT_PART < texts.length; part++) {
			Item item = textKey(writer, sequence, part)
				.with("part",
						Arrays.copyOfRange(texts, part * TEXT_PART, Math.min(texts.length, (part + 1) * TEXT_PART)))
				.with("ttl", until.getEpochSecond());
			parts.add(WriteRequest.builder().putRequest((put) -> put.item(item.attributes())).build());
		}
		for (int i = 0; i < parts.size(); i += PARTS_AT_ONCE) {
			putAll(parts.subList(i, Math.min(parts.size(), i + PARTS_AT_ONCE)));
		}
	}

	private void putAll(List<WriteRequest> parts) {
		List<WriteRequest> left = parts;
		while (!left.isEmpty()) {
			Map<String, List<WriteRequest>> wanted = Map.of(name(), left);
			var written = this.store.call((client) -> client.batchWriteItem((write) -> write.requestItems(wanted)));
			List<WriteRequest> unprocessed = written.unprocessedItems().getOrDefault(name(), List.of());
			if (unprocessed.size() == left.size()) {
				throw new StoreException(Reason.UNAVAILABLE, "DynamoDB takes no more for now", null);
			}
			left = unprocessed;
		}
	}

	private static Item textKey(String writer, long sequence, int part) {
		return Item.of("TEXT#" + writer + "#" + sequence, String.format(Locale.ROOT, "%06d", part));
	}

	/** Texts as they were given, {@code null} if they are not there or not readable. */
	byte @Nullable [] texts(String writer, long sequence, Instant now) {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		Map<String, AttributeValue> from = new LinkedHashMap<>();
		do {
			QueryResponse page = query((query) -> query.consistentRead(true)
				.keyConditionExpression("pk = :pk")
				.filterExpression("#ttl > :now")
				.expressionAttributeNames(Map.of("#ttl", "ttl"))
				.expressionAttributeValues(Item.values()
					.with(":pk", textKey(writer, sequence, 0).text("pk"))
					.with(":now", now.getEpochSecond())
					.attributes())
				.exclusiveStartKey(from.isEmpty() ? null : new HashMap<>(from)));
			page.items().forEach((part) -> compressed.writeBytes(Item.of(part).bytes("part")));
			from.clear();
			from.putAll(page.lastEvaluatedKey());
		}
		while (!from.isEmpty() && compressed.size() < LARGEST_TEXTS);
		try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(compressed.toByteArray()))) {
			return plain.readNBytes(LARGEST_TEXTS);
		}
		catch (IOException _) {
			return null;
		}
	}

}
