package dev.sluice.prompt.template;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import org.jspecify.annotations.Nullable;

/**
 * Mustache for prompts: nothing is escaped, nothing is looked up by reflection, a name
 * that is not there is an error, and no template can pull in another.
 */
final class Mustaches {

	private static final Mustache.Compiler compiler = Mustache.compiler()
		.withEscaper(new AsItIs())
		.strictSections(true)
		.emptyStringIsFalse(true)
		.withFormatter(Mustaches::format)
		.withCollector(new Values())
		.withLoader((name) -> {
			throw new IllegalStateException("There are no partials");
		});

	private Mustaches() {
	}

	static Template compile(String text) {
		return compiler.compile(TemplateTags.withoutTriples(text));
	}

	private static CharSequence format(Object value) {
		return switch (value) {
			case Leaf leaf -> leaf;
			case Container container -> container.whole();
			default -> value.toString();
		};
	}

	/** Hands a value on as the object that it is, which the writer looks at. */
	private static final class AsItIs implements Mustache.Escaper {

		@Override
		public String escape(String raw) {
			return raw;
		}

		@Override
		public CharSequence escape(CharSequence raw) {
			return raw;
		}

	}

	/** How Mustache gets at values. */
	private static final class Values implements Mustache.Collector {

		@Override
		public @Nullable Iterator<?> toIterator(Object value) {
			return switch (value) {
				case Leaf leaf when leaf.falsy() -> Collections.emptyIterator();
				case Container container when container.isEmpty() -> Collections.emptyIterator();
				case Container container -> container.elements();
				default -> null;
			};
		}

		@Override
		public Mustache.@Nullable VariableFetcher createFetcher(Object context, String name) {
			return switch (context) {
				case Map<?, ?> _ -> (values, variable) -> {
					Object value = ((Map<?, ?>) values).get(variable);
					return (value != null) ? value : Template.NO_FETCHER_FOUND;
				};
				case Container _ -> (container, field) -> ((Container) container).field(field);
				default -> null;
			};
		}

		@Override
		public <K, V> Map<K, V> createFetcherCache() {
			return new ConcurrentHashMap<>();
		}

	}

}
