package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.Item;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as it is stored.
 *
 * @param partition where its messages are; what begins anew under the same id has another
 * @param holder whose turn it is, if it is anybody's
 */
record Head(Conversation conversation, String partition, @Nullable Holder holder) {

	static final String SK = "HEAD";

	/** All of one length, so that they sort by time. */
	private static final DateTimeFormatter TIME = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	/**
	 * Who has the turn.
	 *
	 * @param until when the turn has ended in any case
	 */
	record Holder(String generationId, String node, Instant until) {
	}

	static String time(Instant instant) {
		return TIME.format(instant);
	}

	/** An id has no {@code #}, so no tenant can be named into another. */
	static Item key(String tenant, String id) {
		return Item.of("CNV#" + tenant + "#" + id, SK);
	}

	static String idOf(String pk) {
		return pk.substring(pk.lastIndexOf('#') + 1);
	}

	/** The value by which the index finds those of one owner; unambiguous. */
	static String ownerKey(Caller owner) {
		return owner.tenant().length() + "#" + owner.tenant() + "#" + owner.subject();
	}

	/** Seconds since 1970. */
	static long expiry(Duration ttl, Instant from) {
		return from.plus(ttl).getEpochSecond();
	}

	/** DynamoDB removes what has expired days later. */
	static boolean expired(Item item) {
		return item.has("ttl") && item.number("ttl") <= Instant.now().getEpochSecond();
	}

	Item toItem(Duration ttl) {
		Conversation it = this.conversation;
		Item item = key(it.owner().tenant(), it.id()).with("owner", ownerKey(it.owner()))
			.with("subject", it.owner().subject())
			.with("title", it.title())
			.with("createdAt", time(it.createdAt()))
			.with("updatedAt", time(it.updatedAt()))
			.with("messages", it.messages())
			.with("sharedWith", it.sharedWith())
			.with("messagesAt", this.partition);
		if (it.forkedFrom() != null) {
			item.with("forkedFrom", it.forkedFrom().conversationId()).with("forkedMessage", it.forkedFrom().message());
		}
		if (this.holder != null) {
			item.with("turn", this.holder.generationId())
				.with("turnNode", this.holder.node())
				.with("turnUntil", this.holder.until().toEpochMilli());
		}
		return ttl.isZero() ? item : item.with("ttl", expiry(ttl, it.updatedAt()));
	}

	static Head of(String tenant, Item item) {
		String turn = item.optionalText("turn");
		Holder holder = (turn != null)
				? new Holder(turn, item.text("turnNode"), Instant.ofEpochMilli(item.number("turnUntil"))) : null;
		String forkedFrom = item.optionalText("forkedFrom");
		return new Head(
				new Conversation(idOf(item.text("pk")), new Caller(tenant, item.text("subject")),
						item.optionalText("title"), Instant.parse(item.text("createdAt")),
						Instant.parse(item.text("updatedAt")), item.number("messages"), item.texts("sharedWith"),
						(holder != null && holder.until().isAfter(Instant.now())) ? turn : null, (forkedFrom != null)
								? new Conversation.Origin(forkedFrom, item.number("forkedMessage")) : null),
				item.text("messagesAt"), holder);
	}

}
