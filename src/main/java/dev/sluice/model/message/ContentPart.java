package dev.sluice.model.message;

import org.jspecify.annotations.Nullable;

/**
 * A typed piece of a message. Binary data stays in base64, as it arrives and leaves, so
 * that it is never copied.
 */
public sealed interface ContentPart {

	record Text(String text) implements ContentPart {
	}

	/**
	 * An image: {@code format} is {@code png}, {@code jpeg}, {@code gif} or {@code webp};
	 * {@code data} is base64.
	 */
	record Image(String format, String data) implements ContentPart {
	}

	/**
	 * A document: {@code format} is a short name such as {@code pdf} or {@code md};
	 * {@code data} is base64.
	 */
	record Document(String format, String name, String data) implements ContentPart {
	}

	/**
	 * What the model thought before it answered; the signature proves it to the model in
	 * a later turn.
	 */
	record Reasoning(String text, @Nullable String signature) implements ContentPart {
	}

	/**
	 * Reasoning that the provider encrypted; {@code data} is base64 and must go back
	 * unchanged.
	 */
	record RedactedReasoning(String data) implements ContentPart {
	}

	/**
	 * The model asks for a tool; {@code input} is a JSON document, or text if the model
	 * broke its JSON.
	 */
	record ToolUse(String id, String name, String input) implements ContentPart {
	}

	/**
	 * Where a statement comes from; {@code json} is the provider's own citation object.
	 */
	record Citation(String json) implements ContentPart {
	}

	/**
	 * A block of a kind that Sluice does not know, carried as the provider's own JSON.
	 */
	record Other(String kind, String json) implements ContentPart {
	}

	/** Characters that the part holds, about. */
	default int size() {
		return switch (this) {
			case Text(String text) -> text.length();
			case Image(var _, String data) -> data.length();
			case Document(var _, var _, String data) -> data.length();
			case Reasoning(String text, String signature) ->
				text.length() + ((signature != null) ? signature.length() : 0);
			case RedactedReasoning(String data) -> data.length();
			case ToolUse(var _, var _, String input) -> input.length();
			case Citation(String json) -> json.length();
			case Other(var _, String json) -> json.length();
		};
	}

}
