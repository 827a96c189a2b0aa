package dev.sluice.api.rest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.BiConsumer;

import dev.sluice.api.GenerationJson;
import dev.sluice.model.message.ContentPart;
import dev.sluice.orchestration.conversation.Conversation;
import dev.sluice.orchestration.conversation.ConversationPage;
import dev.sluice.orchestration.conversation.StoredMessage;
import tools.jackson.core.JsonGenerator;

/** The JSON of conversations and their messages. */
final class ConversationJson {

	private ConversationJson() {
	}

	static byte[] write(Conversation conversation) {
		return GenerationJson.object((json) -> writeFields(json, conversation));
	}

	static <T> byte[] write(ConversationPage<T> page, BiConsumer<JsonGenerator, T> fields) {
		return GenerationJson.object((json) -> {
			json.writeArrayPropertyStart("items");
			for (T item : page.items()) {
				json.writeStartObject();
				fields.accept(json, item);
				json.writeEndObject();
			}
			json.writeEndArray();
			if (page.next() != null) {
				json.writeStringProperty("next", page.next());
			}
		});
	}

	static void writeFields(JsonGenerator json, Conversation conversation) {
		json.writeStringProperty("id", conversation.id());
		if (conversation.title() != null) {
			json.writeStringProperty("title", conversation.title());
		}
		json.writeNumberProperty("messages", conversation.messages());
		json.writeArrayPropertyStart("sharedWith");
		conversation.sharedWith().forEach(json::writeString);
		json.writeEndArray();
		if (conversation.runningGeneration() != null) {
			json.writeStringProperty("runningGenerationId", conversation.runningGeneration());
		}
		Conversation.Origin origin = conversation.forkedFrom();
		if (origin != null) {
			json.writeObjectPropertyStart("forkedFrom");
			json.writeStringProperty("conversationId", origin.conversationId());
			json.writeNumberProperty("message", origin.message());
			json.writeEndObject();
		}
		json.writeStringProperty("createdAt", millis(conversation.createdAt()));
		json.writeStringProperty("updatedAt", millis(conversation.updatedAt()));
	}

	static void writeFields(JsonGenerator json, StoredMessage stored) {
		json.writeNumberProperty("sequence", stored.sequence());
		json.writeStringProperty("role", stored.message().role().name().toLowerCase(Locale.ROOT));
		json.writeArrayPropertyStart("content");
		StringBuilder text = new StringBuilder();
		for (ContentPart part : stored.message().content()) {
			GenerationJson.writePart(json, part);
			if (part instanceof ContentPart.Text(String piece)) {
				text.append(piece);
			}
		}
		json.writeEndArray();
		json.writeStringProperty("text", text.toString());
		json.writeStringProperty("generationId", stored.generationId());
		if (stored.model() != null) {
			json.writeStringProperty("model", stored.model());
		}
		if (stored.partial()) {
			json.writeBooleanProperty("partial", true);
		}
		json.writeStringProperty("createdAt", millis(stored.createdAt()));
	}

	private static String millis(Instant instant) {
		return instant.truncatedTo(ChronoUnit.MILLIS).toString();
	}

}
