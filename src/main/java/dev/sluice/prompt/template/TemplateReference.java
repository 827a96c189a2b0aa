package dev.sluice.prompt.template;

import org.jspecify.annotations.Nullable;

/**
 * Which version of a template is meant: one by its number, the one that a label points
 * to, or, where neither is said, the one labelled {@code production}, and the latest
 * where nothing is.
 */
public record TemplateReference(String name, @Nullable Integer version, @Nullable String label) {

	/** The label that always means the latest version and is never set. */
	public static final String LATEST = "latest";

	/** The label that is taken where a request names none. */
	public static final String PRODUCTION = "production";

}
