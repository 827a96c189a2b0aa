package dev.sluice.prompt.template;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a template says about one of its variables.
 *
 * @param required whether a value must be given
 * @param defaultValue what is taken where none is given, as parsed from JSON
 * @param maxLength most characters (Unicode code points) of a text, or of all texts in a
 * list or object, each of whose elements counts one more
 * @param values the texts that an enum may be
 * @param trusted whether values are inserted without a fence
 */
public record Variable(String name, Type type, boolean required, @Nullable Object defaultValue, int maxLength,
		List<String> values, boolean trusted, @Nullable String description) {

	/** The most characters of a value where the template says nothing. */
	public static final int DEFAULT_MAX_LENGTH = 16_000;

	/** What a value may be. */
	public enum Type {

		STRING, NUMBER, BOOLEAN, ENUM, LIST, OBJECT;

		/** The name on the wire. */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	public Variable {
		values = List.copyOf(values);
	}

	/** Whether texts given for it are put between the tags of a fence. */
	boolean isFenced() {
		return !this.trusted && (this.type == Type.STRING || isContainer());
	}

	boolean isContainer() {
		return this.type == Type.LIST || this.type == Type.OBJECT;
	}

}
