package dev.sluice.model.bedrock;

import dev.sluice.model.ModelClient;
import dev.sluice.model.TokenCounter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "sluice.model.provider", havingValue = "bedrock", matchIfMissing = true)
class BedrockConfiguration {

	@Bean
	ModelClient backend(BedrockProperties properties) {
		return switch (properties.transport()) {
			case WIRE -> new WireBedrockClient(properties);
			case SDK -> new SdkBedrockClient(properties);
		};
	}

	@Bean
	TokenCounter bedrockTokenCounter(BedrockProperties properties) {
		return new SdkTokenCounter(properties);
	}

}
