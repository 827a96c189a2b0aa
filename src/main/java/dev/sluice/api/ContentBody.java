package dev.sluice.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import dev.sluice.model.message.ContentPart;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The content of a message: a string, or a list of typed parts. */
final class ContentBody {

	private static final Set<String> IMAGE_FORMATS = Set.of("png", "jpeg", "gif", "webp");

	private static final Set<String> DOCUMENT_FORMATS = Set.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html",
			"txt", "md");

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9()\\[\\]-]+(?: [a-zA-Z0-9()\\[\\]-]+)*+");

	private ContentBody() {
	}

	static List<ContentPart> read(@Nullable JsonNode content, String path) {
		if (content != null && content.isString()) {
			return List.of(new ContentPart.Text(notBlank(content.stringValue(), path)));
		}
		if (content == null || !content.isArray() || content.isEmpty()) {
			throw GenerationBody.invalid(path, "must be a text or a list of parts");
		}
		List<ContentPart> parts = new ArrayList<>(content.size());
		for (JsonNode part : content) {
			parts.add(readPart(part, path + "[" + parts.size() + "]"));
		}
		return parts;
	}

	private static ContentPart readPart(JsonNode part, String path) {
		if (!part.isObject()) {
			throw GenerationBody.invalid(path, "must be an object with a type");
		}
		return switch (text(part, "type", path)) {
			case "text" -> {
				only(part, path, Set.of("type", "text"));
				yield new ContentPart.Text(notBlank(text(part, "text", path), path + ".text"));
			}
			case "image" -> {
				only(part, path, Set.of("type", "format", "data"));
				yield new ContentPart.Image(oneOf(part, "format", path, IMAGE_FORMATS), base64(part, path));
			}
			case "document" -> {
				only(part, path, Set.of("type", "format", "name", "data"));
				yield new ContentPart.Document(oneOf(part, "format", path, DOCUMENT_FORMATS), documentName(part, path),
						base64(part, path));
			}
			default -> throw GenerationBody.invalid(path + ".type", "must be 'text', 'image' or 'document'");
		};
	}

	private static void only(JsonNode part, String path, Set<String> known) {
		for (String name : part.propertyNames()) {
			if (!known.contains(name)) {
				throw GenerationBody.invalid(path + "." + name, "is not a known field");
			}
		}
	}

	private static String text(JsonNode part, String name, String path) {
		JsonNode value = part.get(name);
		if (value == null || !value.isString()) {
			throw GenerationBody.invalid(path + "." + name, "must be a text");
		}
		return value.stringValue();
	}

	private static String notBlank(String text, String path) {
		if (text.isBlank()) {
			throw GenerationBody.invalid(path, "must not be blank");
		}
		return text;
	}

	private static String oneOf(JsonNode part, String name, String path, Set<String> allowed) {
		String value = text(part, name, path);
		if (!allowed.contains(value)) {
			throw GenerationBody.invalid(path + "." + name,
					"must be one of " + String.join(", ", allowed.stream().sorted().toList()));
		}
		return value;
	}

	/**
	 * Bedrock takes 1 to 200 letters, digits, single blanks, hyphens, parentheses and
	 * brackets.
	 */
	private static String documentName(JsonNode part, String path) {
		String name = text(part, "name", path);
		if (name.length() > 200 || !NAME.matcher(name).matches()) {
			throw GenerationBody.invalid(path + ".name",
					"must be 1 to 200 letters, digits, single blanks, hyphens, parentheses or brackets");
		}
		return name;
	}

	/** Checks the alphabet and the padding of RFC 4648 without decoding. */
	private static String base64(JsonNode part, String path) {
		String data = text(part, "data", path);
		int end = data.length();
		while (end > 0 && end > data.length() - 2 && data.charAt(end - 1) == '=') {
			end--;
		}
		boolean valid = end > 0 && data.length() % 4 == 0;
		for (int i = 0; valid && i < end; i++) {
			char c = data.charAt(i);
			valid = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/';
		}
		if (!valid) {
			throw GenerationBody.invalid(path + ".data", "must be base64");
		}
		return data;
	}

}
