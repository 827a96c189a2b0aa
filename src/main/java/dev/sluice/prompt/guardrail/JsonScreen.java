package dev.sluice.prompt.guardrail;

import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Looks at all texts of a JSON document, by their characters and not by how they are
 * spelt, at its names and at its numbers. What comes out is JSON again.
 */
final class JsonScreen {

	private static final JsonFactory factory = new JsonFactory();

	private final BinaryOperator<String> value;

	private final UnaryOperator<String> text;

	private final Deque<Set<String>> names = new ArrayDeque<>();

	private final Deque<String> fields = new ArrayDeque<>();

	private boolean changed;

	private JsonScreen(BinaryOperator<String> value, UnaryOperator<String> text) {
		this.value = value;
		this.text = text;
	}

	/**
	 * Looks at a document.
	 * @param value from the words of the nearest name (empty if there is none) and a
	 * value to what may be seen of the value
	 * @param text from a name, or a document that is no JSON, to what may be seen of it
	 * @return the document as it may be seen; the same one if nothing in it is masked
	 */
	static String screen(String json, BinaryOperator<String> value, UnaryOperator<String> text) {
		JsonScreen screen = new JsonScreen(value, text);
		String copy = screen.copy(json);
		if (copy == null) {
			return screen.screenText(json);
		}
		return screen.changed ? copy : json;
	}

	/** The document without needless escapes. */
	static String plain(String json) {
		String copy = new JsonScreen((_, value) -> value, (text) -> text).copy(json);
		return (copy != null) ? copy : unescaped(json);
	}

	static boolean isJson(String text) {
		return new JsonScreen((_, value) -> value, (name) -> name).copy(text) != null;
	}

	/** The document with what may be seen, {@code null} if it is no JSON. */
	private @Nullable String copy(String json) {
		StringWriter out = new StringWriter(json.length());
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json);
				JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
			JsonToken token = parser.nextToken();
			if (token == null) {
				return null;
			}
			copy(parser, token, generator);
			while ((token = parser.nextToken()) != null) {
				if (generator.streamWriteContext().inRoot()) {
					return null;
				}
				copy(parser, token, generator);
			}
		}
		catch (JacksonException _) {
			return null;
		}
		return out.toString();
	}

	private void copy(JsonParser parser, JsonToken token, JsonGenerator generator) {
		switch (token) {
			case START_OBJECT -> {
				this.names.push(new HashSet<>());
				this.fields.push("");
				generator.writeStartObject();
			}
			case END_OBJECT -> {
				this.names.pop();
				this.fields.pop();
				generator.writeEndObject();
			}
			case PROPERTY_NAME -> {
				String name = parser.getString();
				this.fields.pop();
				this.fields.push(name);
				generator.writeName(unique(seen(name, this.text.apply(name))));
			}
			case VALUE_STRING ->
				generator.writeString(seen(parser.getString(), this.value.apply(field(), parser.getString())));
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
				String number = parser.getString();
				String visible = seen(number, this.value.apply(field(), number));
				if (visible.equals(number)) {
					generator.writeNumber(number);
				}
				else {
					generator.writeString(visible);
				}
			}
			default -> generator.copyCurrentEvent(parser);
		}
	}

	private String seen(String original, String visible) {
		this.changed |= !visible.equals(original);
		return visible;
	}

	/** Two names may get the same mask. */
	private String unique(String name) {
		Set<String> taken = this.names.element();
		String free = name;
		for (int count = 2; !taken.add(free) && this.changed; count++) {
			free = name + "_" + count;
		}
		return free;
	}

	private String field() {
		return this.fields.isEmpty() ? "" : words(this.fields.element());
	}

	/** {@code cardNumber} and {@code card_number} as words. */
	static String words(String name) {
		StringBuilder words = new StringBuilder(name.length() + 4);
		for (int index = 0; index < name.length(); index++) {
			char letter = name.charAt(index);
			if (!Character.isLetterOrDigit(letter)) {
				words.append(' ');
				continue;
			}
			if (Character.isUpperCase(letter) && index > 0 && Character.isLowerCase(name.charAt(index - 1))) {
				words.append(' ');
			}
			words.append(letter);
		}
		return words.toString().strip();
	}

	/** A model that breaks its JSON may still spell a text by escapes. */
	private String screenText(String broken) {
		String plain = unescaped(broken);
		String visible = this.text.apply(plain);
		return visible.equals(plain) ? broken : visible;
	}

	private static String unescaped(String text) {
		int escape = text.indexOf("\\u");
		if (escape < 0) {
			return text;
		}
		StringBuilder plain = new StringBuilder(text.length());
		int done = 0;
		while (escape >= 0) {
			plain.append(text, done, escape);
			Integer code = hex(text, escape + 2);
			plain.append((code != null) ? (char) code.intValue() : '\\');
			done = escape + ((code != null) ? 6 : 1);
			escape = text.indexOf("\\u", done);
		}
		return plain.append(text, done, text.length()).toString();
	}

	private static @Nullable Integer hex(String text, int start) {
		if (start + 4 > text.length()) {
			return null;
		}
		int code = 0;
		for (int index = start; index < start + 4; index++) {
			int digit = Character.digit(text.charAt(index), 16);
			if (digit < 0) {
				return null;
			}
			code = code * 16 + digit;
		}
		return code;
	}

}
