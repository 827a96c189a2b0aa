package dev.sluice.prompt.audit;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A record as it is kept: JSON in UTF-8, byte by byte as its hash was taken, and that
 * hash. The JSON begins with the link to the record before it.
 */
record ChainRecord(String json, String hash) {

	private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
		.withZone(ZoneOffset.UTC);

	private static final JsonMapper mapper = new JsonMapper();

	/** The first field that is not about the link. */
	private static final String BODY = "\"type\":";

	/**
	 * Adds a record to a chain.
	 * @param body the fields after the link, beginning with {@code type}, and the closing
	 * brace
	 */
	static ChainRecord after(Head before, Seal seal, Instant recordedAt, String body) {
		String json = "{\"writer\":\"" + before.writer() + "\",\"sequence\":" + (before.sequence() + 1)
				+ ",\"previous\":\"" + before.hash() + "\",\"seal\":\"" + seal.name() + "\",\"recordedAt\":\""
				+ format(recordedAt) + "\"," + body;
		return new ChainRecord(json, Hashes.hex(seal.hash(bytes(json))));
	}

	static byte[] bytes(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	/** A time in a form that sorts as text. */
	static String format(Instant instant) {
		return MICROS.format(instant);
	}

	static Instant now(Instant now, Instant notBefore) {
		Instant micros = now.truncatedTo(ChronoUnit.MICROS);
		return micros.isBefore(notBefore) ? notBefore : micros;
	}

	/** What follows the link. */
	String body() {
		return this.json.substring(this.json.indexOf(BODY));
	}

	/** The fields, {@code null} if this is not JSON or lacks what every record has. */
	@Nullable Fields fields() {
		try {
			JsonNode fields = mapper.readTree(this.json);
			return new Fields(fields, fields.get("writer").stringValue(), fields.get("sequence").longValue(),
					fields.get("previous").stringValue(), fields.get("seal").stringValue(),
					Instant.parse(fields.get("recordedAt").stringValue()));
		}
		catch (JacksonException | DateTimeException | NullPointerException _) {
			return null;
		}
	}

	/** The fields of a record that Sluice has just made or checked. */
	Fields knownFields() {
		Fields fields = fields();
		if (fields == null) {
			throw new IllegalStateException("A record of the audit trail cannot be read");
		}
		return fields;
	}

	/** The link, and all fields. */
	record Fields(JsonNode all, String writer, long sequence, String previous, String seal, Instant recordedAt) {

		@Nullable String text(String field) {
			return this.all.path(field).stringValue(null);
		}

		/** The template that was used or changed. */
		@Nullable String template() {
			return "template".equals(text("kind")) ? text("name") : this.all.at("/template/name").stringValue(null);
		}

		/** Until when the texts may be read, {@code null} if there never were any. */
		@Nullable Instant textsUntil() {
			String until = this.all.at("/texts/until").stringValue(null);
			return (until != null) ? Instant.parse(until) : null;
		}

		/** The day of a tenant, {@code null} for what belongs to none. */
		@Nullable String tenantDay() {
			String tenant = text("tenant");
			return (tenant != null) ? tenantDay(tenant, this.recordedAt) : null;
		}

		/** Sorts the records of all writers by time. */
		String time() {
			return format(this.recordedAt) + "#" + this.writer + "#" + AuditTable.sortKey(this.sequence);
		}

		static String tenantDay(String tenant, Instant time) {
			return tenant + "#" + format(time).substring(0, 10);
		}

	}

}
