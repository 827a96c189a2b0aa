package dev.sluice.orchestration.generation;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

import dev.sluice.model.message.ContentPart;
import org.jspecify.annotations.Nullable;

/** The text of a part that a guardrail can read, documents of plain text among them. */
final class ReadableText {

	private static final Set<String> PLAIN = Set.of("txt", "md", "csv", "html");

	private ReadableText() {
	}

	/** The text, {@code null} if there is none to read. */
	static @Nullable String of(ContentPart part) {
		return switch (part) {
			case ContentPart.Text(String text) -> text;
			case ContentPart.Document(String format, var _, String data) when PLAIN.contains(format) -> decode(data);
			default -> null;
		};
	}

	/** Whether there is text to read, without reading it. */
	static boolean isIn(ContentPart part) {
		return part instanceof ContentPart.Text
				|| part instanceof ContentPart.Document(String format, var _, var _) && PLAIN.contains(format);
	}

	/** The same part with that text, or the part itself if it is its text already. */
	static ContentPart in(ContentPart part, String text) {
		return switch (part) {
			case ContentPart.Text(String same) -> same.equals(text) ? part : new ContentPart.Text(text);
			case ContentPart.Document(String format, String name, String data) ->
				text.equals(decode(data)) ? part : new ContentPart.Document(format, name,
						Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
			default -> part;
		};
	}

	private static String decode(String data) {
		return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
	}

}
