package dev.sluice.prompt.guardrail;

/** A policy in a list. */
public record PolicySummary(String name, PolicySource source, String description, boolean enabled) {
}
