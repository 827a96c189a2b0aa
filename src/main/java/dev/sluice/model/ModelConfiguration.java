package dev.sluice.model;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** What every backend gets, from the outside in: spans, meters, retries, time limits. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {

	@Bean
	@Primary
	ModelClient modelClient(@Qualifier("timeLimited") ModelClient backend, RetryProperties retries,
			MeterRegistry registry, Tracer tracer, @Value("${sluice.model.provider:bedrock}") String configured) {
		String provider = configured.equals("bedrock") ? "aws.bedrock" : configured;
		return new TracedModelClient(
				new ObservedModelClient(new RetryingModelClient(backend, retries, registry), registry, provider),
				tracer, provider);
	}

	@Bean
	@Qualifier("timeLimited")
	TimeLimitedModelClient timeLimitedModelClient(@Qualifier("backend") ModelClient backend, TimeLimits limits) {
		return new TimeLimitedModelClient(backend, limits);
	}

}
