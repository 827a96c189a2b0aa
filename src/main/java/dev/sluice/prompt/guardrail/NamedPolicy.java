package dev.sluice.prompt.guardrail;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy and where it comes from.
 *
 * @param revision of a stored one, else 0
 * @param author who stored it
 * @param policy its JSON
 */
public record NamedPolicy(String name, PolicySource source, long revision, @Nullable String author,
		@Nullable Instant updatedAt, ObjectNode policy) {
}
