package dev.sluice.model.simulated;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "sluice.model.provider", havingValue = "simulated")
class SimulatedConfiguration {

	@Bean
	@Qualifier("backend")
	SimulatedModelClient simulatedModelClient(SimulatedProperties properties) {
		return new SimulatedModelClient(properties);
	}

}
