package dev.sluice.prompt.template;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** A version in a list. */
public record VersionSummary(int version, @Nullable String description, String author, Instant createdAt) {

}
