package dev.sluice.prompt.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

import dev.sluice.prompt.terms.PromptException;

/**
 * The tags of a template's text: which are allowed, and that each names a variable that
 * is declared, or something inside a list or an object.
 */
final class TemplateTags {

	private static final Set<String> POSITIONS = Set.of("-first", "-last", "-index");

	private static final int DEEPEST = 16;

	private final String field;

	private final Map<String, Variable> variables;

	private final Deque<Section> sections = new ArrayDeque<>();

	/**
	 * A section that is open.
	 *
	 * @param free whether names in it may be of elements that nobody declared
	 */
	private record Section(String name, boolean free) {
	}

	private TemplateTags(String field, Map<String, Variable> variables) {
		this.field = field;
		this.variables = variables;
	}

	/**
	 * Checks all tags of a text.
	 * @param field where the text stands
	 */
	static void check(String field, String text, Map<String, Variable> variables) {
		new TemplateTags(field, variables).check(text);
	}

	/**
	 * The same text with <code>{{{name}}}</code> and <code>{{&name}}</code> as
	 * <code>{{name}}</code>: as nothing is escaped they mean the same, but the library
	 * would make a text of the value before the writer sees it.
	 */
	static String withoutTriples(String text) {
		int at = text.indexOf("{{");
		if (at < 0) {
			return text;
		}
		StringBuilder plain = new StringBuilder(text.length());
		int taken = 0;
		while (at >= 0) {
			boolean triple = text.startsWith("{{{", at);
			int from = at + (triple ? 3 : 2);
			String closing = triple ? "}}}" : "}}";
			int end = text.indexOf(closing, from);
			if (end < 0) {
				break;
			}
			String tag = text.substring(from, end).strip();
			String name = (!triple && tag.startsWith("&")) ? tag.substring(1) : tag;
			plain.append(text, taken, at).append("{{").append(name).append("}}");
			taken = end + closing.length();
			at = text.indexOf("{{", taken);
		}
		return plain.append(text, taken, text.length()).toString();
	}

	private void check(String text) {
		int at = text.indexOf("{{");
		while (at >= 0) {
			boolean triple = text.startsWith("{{{", at);
			int from = at + (triple ? 3 : 2);
			String closing = triple ? "}}}" : "}}";
			int end = text.indexOf(closing, from);
			if (end < 0) {
				throw invalid("{{ at character %d is not closed by %s".formatted(at + 1, closing));
			}
			String tag = text.substring(from, end).strip();
			if (triple) {
				checkName(tag);
			}
			else {
				checkTag(tag);
			}
			at = text.indexOf("{{", end + closing.length());
		}
		if (!this.sections.isEmpty()) {
			throw invalid("{{#%s}} is not closed".formatted(this.sections.peek().name()));
		}
	}

	private void checkTag(String tag) {
		if (tag.isEmpty()) {
			throw invalid("{{}} names no variable");
		}
		String name = tag.substring(1).strip();
		switch (tag.charAt(0)) {
			case '!' -> {
			}
			case '&' -> checkName(name);
			case '#' -> open(name, false);
			case '^' -> open(name, true);
			case '/' -> close(name);
			case '>', '<', '$' -> throw invalid("{{%s}}: a template cannot include another".formatted(shortened(tag)));
			case '=' -> throw invalid("{{=}}: delimiters cannot be changed");
			default -> checkName(tag);
		}
	}

	private void open(String name, boolean inverted) {
		checkName(name);
		if (this.sections.size() == DEEPEST) {
			throw invalid("sections are nested more than %d deep".formatted(DEEPEST));
		}
		Variable variable = isFree() ? null : this.variables.get(root(name));
		boolean free = !inverted && (isFree() || variable != null && variable.isContainer());
		this.sections.push(new Section(name, free || isFree()));
	}

	private void close(String name) {
		if (this.sections.isEmpty() || !this.sections.peek().name().equals(name)) {
			throw invalid("{{/%s}} closes a section that is not open".formatted(shortened(name)));
		}
		this.sections.pop();
	}

	private void checkName(String name) {
		if (name.equals(".") || name.equals("this")) {
			if (this.sections.isEmpty()) {
				throw invalid("{{%s}} stands outside of a section".formatted(name));
			}
			return;
		}
		if (POSITIONS.contains(name)) {
			return;
		}
		for (String part : name.split("\\.", -1)) {
			if (!TemplateCheck.isName(part)) {
				throw invalid("{{%s}} is not a name".formatted(shortened(name)));
			}
		}
		Variable variable = this.variables.get(root(name));
		if (variable == null && !isFree()) {
			throw invalid("{{%s}} is not a declared variable".formatted(shortened(name)));
		}
		if (variable != null && !isFree() && !root(name).equals(name) && variable.type() != Variable.Type.OBJECT) {
			throw invalid("{{%s}} looks into %s, which is no object".formatted(shortened(name), root(name)));
		}
	}

	private boolean isFree() {
		Iterator<Section> open = this.sections.iterator();
		return open.hasNext() && open.next().free();
	}

	private static String root(String name) {
		int dot = name.indexOf('.');
		return (dot < 0) ? name : name.substring(0, dot);
	}

	private static String shortened(String tag) {
		return (tag.length() <= 64) ? tag : tag.substring(0, 64) + "…";
	}

	private PromptException invalid(String detail) {
		return new PromptException(PromptException.Reason.TEMPLATE_INVALID, this.field, this.field + ": " + detail,
				null);
	}

}
