/**
 * Guardrails: policies that say what to look for in prompts and answers and what to do
 * about it, kept in configuration and in DynamoDB, and their application to whole texts
 * and to streams. Start with {@link dev.sluice.prompt.guardrail.Guardrails}.
 */
@ApplicationModule(displayName = "Guardrails",
		allowedDependencies = { "prompt.terms", "store", "model::message", "prompt.guardrail.local",
				"prompt.guardrail.bedrock" })
@NullMarked
package dev.sluice.prompt.guardrail;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
