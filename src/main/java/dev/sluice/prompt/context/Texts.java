package dev.sluice.prompt.context;

import java.util.List;
import java.util.function.Consumer;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;

/**
 * What of a message is text to a model, and what the rest of it costs, about. The figures
 * for media are Claude's, and rather low: who is told that a prompt does not fit should
 * be able to believe it.
 */
final class Texts {

	/** An image of the largest size that Claude does not shrink. */
	static final int IMAGE = 1_600;

	private static final int DOCUMENT = 500;

	private static final int BYTES_PER_TOKEN = 4;

	/**
	 * Of a document that is no plain text: a scanned page has 100 KB and 2,500 tokens.
	 */
	private static final int PACKED_BYTES_PER_TOKEN = 40;

	private static final List<String> PLAIN = List.of("txt", "md", "csv", "html");

	private Texts() {
	}

	/** Passes the texts of the message on, and returns the tokens of its media. */
	static long of(Message message, Consumer<String> text) {
		long media = 0;
		for (ContentPart part : message.content()) {
			media += of(part, text);
		}
		return media;
	}

	private static long of(ContentPart part, Consumer<String> text) {
		switch (part) {
			case ContentPart.Text(String words) -> text.accept(words);
			case ContentPart.Image _ -> {
				return IMAGE;
			}
			case ContentPart.Document(String format, String name, String data) -> {
				text.accept(name);
				return document(format, data.length() / 4L * 3);
			}
			case ContentPart.Reasoning(String thought, var _) -> text.accept(thought);
			case ContentPart.RedactedReasoning(String data) -> {
				return data.length() / 4L * 3 / BYTES_PER_TOKEN;
			}
			case ContentPart.ToolUse(var _, String name, String input) -> {
				text.accept(name);
				text.accept(input);
			}
			// A citation is not sent.
			case ContentPart.Citation _ -> {
			}
			case ContentPart.Other(var _, String json) -> {
				return json(json, text);
			}
		}
		return 0;
	}

	private static long document(String format, long bytes) {
		return PLAIN.contains(format) ? bytes / BYTES_PER_TOKEN : DOCUMENT + bytes / PACKED_BYTES_PER_TOKEN;
	}

	/** A tool's result may hold an image or a document, in base64 as {@code bytes}. */
	private static long json(String json, Consumer<String> text) {
		String key = "\"bytes\"";
		long media = 0;
		int from = 0;
		int at = json.indexOf(key);
		while (at >= 0) {
			int start = valueStart(json, at + key.length());
			int end = (start > 0) ? json.indexOf('"', start) : -1;
			if (end < 0) {
				at = json.indexOf(key, at + key.length());
				continue;
			}
			text.accept(json.substring(from, start));
			media += Math.min(IMAGE, end - start);
			from = end;
			at = json.indexOf(key, end);
		}
		text.accept((from == 0) ? json : json.substring(from));
		return media;
	}

	/** Where a text begins that is the value of the member before, or -1. */
	private static int valueStart(String json, int at) {
		int next = at;
		while (next < json.length() && (json.charAt(next) == ':' || Character.isWhitespace(json.charAt(next)))) {
			next++;
		}
		return (next > at && next < json.length() && json.charAt(next) == '"') ? next + 1 : -1;
	}

}
