package dev.sluice.prompt.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.samskivert.mustache.Template;
import org.jspecify.annotations.Nullable;

/**
 * A list or an object of a variable, or inside one. What is in it becomes a leaf or
 * another container when the template asks for it.
 */
final class Container {

	private final Object value;

	private final @Nullable String opening;

	private final boolean given;

	private final Steps steps;

	private @Nullable Leaf whole;

	/** How often sections may go round in one rendering. */
	static final class Steps {

		private int left;

		Steps(int most) {
			this.left = most;
		}

		private void take() {
			if (this.left-- == 0) {
				throw new RenderingLimitException("With these variables the template goes through its lists too often");
			}
		}

	}

	/**
	 * A list or an object.
	 * @param value a list or a map, as parsed from JSON
	 * @param opening the opening tag of the fence that texts get, {@code null} for none
	 */
	Container(Object value, @Nullable String opening, boolean given, Steps steps) {
		this.value = value;
		this.opening = opening;
		this.given = given;
		this.steps = steps;
	}

	boolean isEmpty() {
		return (this.value instanceof Collection<?> list) ? list.isEmpty() : ((Map<?, ?>) this.value).isEmpty();
	}

	/** The elements of a list; {@code null} for an object, which a section enters. */
	@Nullable Iterator<?> elements() {
		if (!(this.value instanceof List<?> list)) {
			return null;
		}
		Iterator<?> elements = list.iterator();
		return new Iterator<Object>() {

			@Override
			public boolean hasNext() {
				return elements.hasNext();
			}

			@Override
			public Object next() {
				Container.this.steps.take();
				return wrap(elements.next());
			}

		};
	}

	/** A field of an object. */
	Object field(String name) {
		return (this.value instanceof Map<?, ?> object && object.containsKey(name)) ? wrap(object.get(name))
				: Template.NO_FETCHER_FOUND;
	}

	/** All of it as JSON, in one fence. */
	Leaf whole() {
		Leaf leaf = this.whole;
		if (leaf == null) {
			String json = TemplateJson.compact((this.opening != null) ? defused(this.value) : this.value);
			leaf = (this.opening != null) ? Leaf.fenced(json, this.opening) : Leaf.plain(json, this.given);
			this.whole = leaf;
		}
		return leaf;
	}

	private Object wrap(@Nullable Object element) {
		return switch (element) {
			case null -> Leaf.ABSENT;
			case String text when this.opening != null -> Leaf.fenced(text, this.opening);
			case String text -> Leaf.plain(text, this.given);
			case Boolean flag -> Leaf.of(flag, this.given);
			case Number number -> Leaf.of(number, this.given);
			default -> new Container(element, this.opening, this.given, this.steps);
		};
	}

	/**
	 * Line ends are escaped in JSON, so each text is defused before it becomes part of
	 * it.
	 */
	private static @Nullable Object defused(@Nullable Object value) {
		return switch (value) {
			case String text -> Fence.defuse(text);
			case List<?> list -> list.stream()
				.map(Container::defused)
				.collect(java.util.ArrayList<@Nullable Object>::new, java.util.ArrayList::add,
						java.util.ArrayList::addAll);
			case Map<?, ?> object -> {
				Map<String, @Nullable Object> fields = new LinkedHashMap<>();
				object.forEach((name, field) -> fields.put(Fence.defuse(String.valueOf(name)), defused(field)));
				yield fields;
			}
			case null, default -> value;
		};
	}

}
