package dev.sluice.orchestration.conversation;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.Item;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A place in the list of an owner's conversations. */
record Cursor(String updatedAt, String id) {

	private static final Pattern PLACE = Pattern
		.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)#(" + Conversations.ID + ")");

	static Cursor of(Item key) {
		return new Cursor(key.text("updatedAt"), Head.idOf(key.text("pk")));
	}

	/**
	 * Reads what {@link #toString} wrote.
	 * @throws ConversationException if it did not
	 */
	static Cursor parse(String text) {
		try {
			Matcher place = PLACE.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
			if (place.matches()) {
				return new Cursor(place.group(1), place.group(2));
			}
		}
		catch (IllegalArgumentException _) {
			// Not base 64.
		}
		throw ConversationException.invalid("after", "must be the next of an earlier page");
	}

	/** The owner is always the one who asks. */
	Map<String, AttributeValue> startKey(Caller owner) {
		return Head.key(owner.tenant(), this.id)
			.with("owner", Head.ownerKey(owner))
			.with("updatedAt", this.updatedAt)
			.attributes();
	}

	@Override
	public String toString() {
		return Base64.getUrlEncoder()
			.withoutPadding()
			.encodeToString((this.updatedAt + "#" + this.id).getBytes(StandardCharsets.US_ASCII));
	}

}
