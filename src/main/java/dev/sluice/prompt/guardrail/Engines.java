package dev.sluice.prompt.guardrail;

/** What guards work with. */
record Engines(BedrockEngine bedrock, GuardrailMeters meters) {

	OnFailure localFailure(Ruleset rules) {
		return new OnFailure("local", rules.policy().failOpen(), this.meters);
	}

	OnFailure bedrockFailure(Ruleset rules) {
		return new OnFailure("bedrock", rules.policy().failOpen(), this.meters);
	}

}
