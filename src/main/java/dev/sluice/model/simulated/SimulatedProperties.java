package dev.sluice.model.simulated;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pace of the simulated model.
 *
 * @param firstToken how long the simulated model waits before its first token
 * @param betweenTokens how long the simulated model waits before every further token
 */
@ConfigurationProperties("sluice.model.simulated")
record SimulatedProperties(@DefaultValue("100ms") Duration firstToken, @DefaultValue("20ms") Duration betweenTokens) {

	SimulatedProperties {
		if (firstToken.isNegative() || betweenTokens.isNegative()) {
			throw new IllegalArgumentException("sluice.model.simulated: a wait cannot be negative");
		}
	}

}
