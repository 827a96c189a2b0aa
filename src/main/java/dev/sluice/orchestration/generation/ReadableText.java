package dev.sluice.orchestration.generation;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import dev.sluice.model.message.ContentPart;

/**
 * The texts of a part that a guardrail can read: documents of plain text among them, and
 * the name of any document.
 */
final class ReadableText {

	private static final Set<String> PLAIN = Set.of("txt", "md", "csv", "html");

	private static final int LONGEST_NAME = 200;

	private ReadableText() {
	}

	/** The texts, in the order in which {@link #in} takes them. */
	static List<String> of(ContentPart part) {
		return switch (part) {
			case ContentPart.Text(String text) -> List.of(text);
			case ContentPart.Document(String format, String name, String data) ->
				PLAIN.contains(format) ? List.of(name, decode(data)) : List.of(name);
			default -> List.of();
		};
	}

	/** The same part with those texts, or the part itself if they are its own. */
	static ContentPart in(ContentPart part, Iterator<String> texts) {
		return switch (part) {
			case ContentPart.Text(String same) -> {
				String text = texts.next();
				yield same.equals(text) ? part : new ContentPart.Text(text);
			}
			case ContentPart.Document(String format, String same, String data) -> {
				String name = texts.next();
				String visible = PLAIN.contains(format) ? encode(texts.next(), data) : data;
				yield (name.equals(same) && visible.equals(data)) ? part
						: new ContentPart.Document(format, name.equals(same) ? name : nameOf(name), visible);
			}
			default -> part;
		};
	}

	private static String encode(String text, String data) {
		return text.equals(decode(data)) ? data
				: Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String decode(String data) {
		byte[] bytes = Base64.getDecoder().decode(data);
		return new String(bytes, charsetOf(bytes));
	}

	/** By the mark that a text in UTF-16 begins with. */
	private static Charset charsetOf(byte[] bytes) {
		int mark = (bytes.length < 2) ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
		return (mark == 0xfeff || mark == 0xfffe) ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
	}

	/** A name with masks in it, by the characters that Bedrock takes in one. */
	private static String nameOf(String masked) {
		String name = masked.replace('{', '(').replace('}', ')').replaceAll("[^a-zA-Z0-9()\\[\\]-]+", " ").strip();
		return name.substring(0, Math.min(name.length(), LONGEST_NAME)).strip();
	}

}
