/**
 * Amazon Bedrock Guardrails as an engine of its own, apart from any model:
 * {@link dev.sluice.prompt.guardrail.bedrock.BedrockGuardrails} asks it about a text, and
 * {@link dev.sluice.prompt.guardrail.bedrock.Windows} about a stream. What a guardrail
 * matched is forgotten here; only its kind and its place leave.
 */
@ApplicationModule(displayName = "Bedrock Guardrails",
		allowedDependencies = { "aws", "prompt.terms", "model::message" })
@NullMarked
package dev.sluice.prompt.guardrail.bedrock;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
