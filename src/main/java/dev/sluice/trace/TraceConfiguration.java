package dev.sluice.trace;

import io.opentelemetry.api.trace.Tracer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TraceConfiguration {

	@Bean
	Tracer tracer(Telemetry telemetry) {
		return telemetry.api().getTracer("dev.sluice");
	}

}
