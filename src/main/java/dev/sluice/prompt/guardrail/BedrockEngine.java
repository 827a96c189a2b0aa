package dev.sluice.prompt.guardrail;

import dev.sluice.model.message.Finding;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.bedrock.Assessment;

/** Asks a guardrail of Bedrock about a text. */
@FunctionalInterface
interface BedrockEngine {

	Assessment apply(BedrockRule rule, Finding.Stage stage, String text);

}
