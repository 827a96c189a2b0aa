package dev.sluice.prompt.audit;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.sluice.prompt.audit.ChainRecord.Fields;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Reads the trail in DynamoDB, for one tenant at a time. */
@Component
public class AuditLog {

	/** The longest range of one query. */
	public static final Duration LONGEST_RANGE = Duration.ofDays(366);

	public static final int MOST_ITEMS = 200;

	private static final String ID = "aud_";

	/** How long a query may look for records that match. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int FILTERED_PAGE = 500;

	private static final JsonMapper mapper = new JsonMapper();

	private final AuditTable table;

	private final InstantSource clock;

	/**
	 * What to look for.
	 *
	 * @param template the name of a template that was used or changed
	 * @param model a model that was asked for, by alias, or invoked
	 * @param after where the page before ended, as it said
	 */
	public record Query(String tenant, TimeRange range, @Nullable String template, @Nullable String model, int limit,
			@Nullable String after) {

		public Query {
			if (Duration.between(range.from(), range.to()).compareTo(LONGEST_RANGE) > 0) {
				throw PromptException.invalid("from",
						"must be at most %d days before to".formatted(LONGEST_RANGE.toDays()));
			}
			if (limit < 1 || limit > MOST_ITEMS) {
				throw PromptException.invalid("limit", "must be a number from 1 to " + MOST_ITEMS);
			}
		}

	}

	/**
	 * Records as JSON, the newest first.
	 *
	 * @param next what continues after them, {@code null} at the end; a page may hold
	 * fewer than were asked for, and yet not be the last
	 */
	public record Page(List<String> items, @Nullable String next) {
	}

	@Autowired
	AuditLog(AuditTable table) {
		this(table, InstantSource.system());
	}

	AuditLog(AuditTable table, InstantSource clock) {
		this.table = table;
		this.clock = clock;
	}

	static String id(String writer, long sequence) {
		return ID + writer + "_" + sequence;
	}

	static PromptException unavailable(StoreException cause) {
		return new PromptException(Reason.STORE_UNAVAILABLE, null, "The audit trail cannot be read for now", cause);
	}

	/**
	 * Finds records of a tenant.
	 * @throws PromptException if {@code after} is none, or DynamoDB does not answer
	 */
	public Page find(Query query) {
		String high = (query.after() != null) ? position(query, query.after()) : ChainRecord.format(query.range().to());
		try {
			return find(query, high, System.nanoTime() + PATIENCE.toNanos());
		}
		catch (StoreException ex) {
			throw unavailable(ex);
		}
	}

	private Page find(Query query, String high, long deadline) {
		List<String> items = new ArrayList<>();
		String low = ChainRecord.format(query.range().from());
		String position = high;
		for (LocalDate day = day(position); !day.isBefore(day(low)); day = day.minusDays(1)) {
			Map<String, AttributeValue> start = Map.of();
			do {
				QueryResponse page = query(query, day, low, high, start, query.limit() - items.size());
				for (Map<String, AttributeValue> attributes : page.items()) {
					Item item = Item.of(attributes);
					// The range includes its end, where the page before ended.
					if (!item.text("time").equals(high)) {
						items.add(json(item));
						position = item.text("time");
					}
					if (items.size() == query.limit()) {
						return new Page(items, encode(position));
					}
				}
				start = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
				position = start.isEmpty() ? startOf(day) : Item.of(start).text("time");
				if (System.nanoTime() - deadline > 0 && position.compareTo(low) > 0) {
					return new Page(items, encode(position));
				}
			}
			while (!start.isEmpty());
		}
		return new Page(items, null);
	}

	private QueryResponse query(Query query, LocalDate day, String low, String high, Map<String, AttributeValue> start,
			int wanted) {
		boolean filtered = query.template() != null || query.model() != null;
		return this.table.query((request) -> {
			Item values = Item.values().with(":day", query.tenant() + "#" + day).with(":low", low).with(":high", high);
			Map<String, String> names = new HashMap<>(Map.of("#time", "time"));
			request.indexName(AuditTable.INDEX)
				.keyConditionExpression("tenantDay = :day AND #time BETWEEN :low AND :high")
				.scanIndexForward(false)
				.limit(filtered ? FILTERED_PAGE : wanted + 1)
				.exclusiveStartKey(start.isEmpty() ? null : start);
			filter(request, query, names, values);
			request.expressionAttributeNames(names).expressionAttributeValues(values.attributes());
		});
	}

	private static void filter(QueryRequest.Builder request, Query query, Map<String, String> names, Item values) {
		List<String> conditions = new ArrayList<>();
		if (query.template() != null) {
			conditions.add("#template = :template");
			names.put("#template", "template");
			values.with(":template", query.template());
		}
		if (query.model() != null) {
			conditions.add("(#model = :model OR modelInvoked = :model)");
			names.put("#model", "model");
			values.with(":model", query.model());
		}
		if (!conditions.isEmpty()) {
			request.filterExpression(String.join(" AND ", conditions));
		}
	}

	private static LocalDate day(String time) {
		return LocalDate.parse(time.substring(0, 10));
	}

	private static String startOf(LocalDate day) {
		return ChainRecord.format(day.atStartOfDay(ZoneOffset.UTC).toInstant());
	}

	private static String encode(String position) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
	}

	/** A position in the order of time, within the range that is asked for. */
	private static String position(Query query, String after) {
		try {
			String position = new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8);
			int end = position.indexOf('#');
			Instant time = Instant.parse((end < 0) ? position : position.substring(0, end));
			if (position.startsWith(ChainRecord.format(time)) && position.length() < 100
					&& !time.isBefore(query.range().from().truncatedTo(ChronoUnit.DAYS))
					&& !time.isAfter(query.range().to())) {
				return position;
			}
		}
		catch (IllegalArgumentException | DateTimeException _) {
			// It is told below.
		}
		throw PromptException.invalid("after", "is no position in this range");
	}

	/** A record as its reader sees it. */
	private static String json(Item item) {
		String record = item.text("record");
		Fields fields = new ChainRecord(record, item.text("hash")).fields();
		if (fields == null) {
			// Verification tells what is wrong with it.
			return "{\"unreadable\":true}";
		}
		return "{\"id\":\"" + id(fields.writer(), fields.sequence()) + "\"," + record.substring(1, record.length() - 1)
				+ ",\"hash\":\"" + item.text("hash") + "\"}";
	}

	/**
	 * Finds a record of a tenant, with its texts as long as they are kept.
	 * @return its JSON
	 */
	public Optional<String> find(String tenant, String id) {
		int separator = ID.length() + Head.WRITER_LENGTH;
		if (!id.startsWith(ID) || id.length() <= separator + 1 || id.length() > separator + 19) {
			return Optional.empty();
		}
		String writer = id.substring(ID.length(), separator);
		String number = id.substring(separator + 1);
		if (id.charAt(separator) != '_' || !Head.isWriter(writer)
				|| !number.chars().allMatch((digit) -> digit >= '0' && digit <= '9')) {
			return Optional.empty();
		}
		try {
			return Optional.ofNullable(this.table.record(writer, Long.parseLong(number))).map((item) -> {
				Fields fields = new ChainRecord(item.text("record"), item.text("hash")).fields();
				return (fields != null && tenant.equals(fields.text("tenant"))) ? withTexts(json(item), fields) : null;
			});
		}
		catch (StoreException ex) {
			throw unavailable(ex);
		}
	}

	private String withTexts(String json, Fields fields) {
		Instant until = fields.textsUntil();
		Instant now = this.clock.instant();
		byte[] texts = (until != null && until.isAfter(now)) ? this.table.texts(fields.writer(), fields.sequence(), now)
				: null;
		if (texts == null) {
			return json;
		}
		ObjectNode record = (ObjectNode) mapper.readTree(json);
		ObjectNode target = (ObjectNode) record.get("texts");
		if (Hashes.hex(Hashes.sha256().digest(texts)).equals(target.path("hash").stringValue(null))) {
			JsonNode said = mapper.readTree(texts);
			target.set("prompt", said.get("prompt"));
			target.set("output", said.get("output"));
		}
		else {
			target.put("altered", true);
		}
		return mapper.writeValueAsString(record);
	}

}
