package dev.sluice.model.message;

/**
 * A guardrail that the provider applies itself while it answers.
 *
 * @param identifier the provider's id or ARN of it
 * @param version {@code DRAFT} or a number
 * @param async whether a stream is passed on before it was looked at; what is found too
 * late is not masked then
 */
public record ProviderGuardrail(String identifier, String version, boolean async) {
}
