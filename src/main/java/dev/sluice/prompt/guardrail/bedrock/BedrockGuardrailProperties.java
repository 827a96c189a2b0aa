package dev.sluice.prompt.guardrail.bedrock;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Amazon Bedrock Guardrails by ApplyGuardrail. Region, endpoint and credentials are set
 * by the AWS SDK's own names, and are those of Bedrock's models.
 *
 * @param timeout longest time that a call of ApplyGuardrail may take, its one repeat
 * included; a text of more than 25,000 characters takes several calls
 * @param maxConnections most calls of ApplyGuardrail at a time; one more waits, within
 * its time limit
 */
@ConfigurationProperties("sluice.guardrail.bedrock")
record BedrockGuardrailProperties(@DefaultValue("3s") Duration timeout, @DefaultValue("512") int maxConnections) {

	BedrockGuardrailProperties {
		if (!timeout.isPositive() || maxConnections < 1) {
			throw new IllegalArgumentException("sluice.guardrail.bedrock: timeout and max-connections must be above 0");
		}
	}

}
