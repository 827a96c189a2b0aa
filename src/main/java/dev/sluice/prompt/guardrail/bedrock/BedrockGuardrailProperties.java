package dev.sluice.prompt.guardrail.bedrock;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Amazon Bedrock Guardrails by ApplyGuardrail. Region, endpoint and credentials are set
 * by the AWS SDK's own names, and are those of Bedrock's models.
 *
 * @param timeout longest time that a call may take, its repeat included; 3s by default
 * @param maxConnections most calls at a time; 512 by default
 */
@ConfigurationProperties("sluice.guardrail.bedrock")
record BedrockGuardrailProperties(@DefaultValue("3s") Duration timeout, @DefaultValue("512") int maxConnections) {

	BedrockGuardrailProperties {
		if (!timeout.isPositive() || maxConnections < 1) {
			throw new IllegalArgumentException("sluice.guardrail.bedrock: timeout and max-connections must be above 0");
		}
	}

}
