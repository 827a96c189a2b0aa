package dev.sluice.prompt.audit;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class SealingKeyTests {

	/** Spring Boot prints the value of a setting that it cannot take. */
	@ParameterizedTest
	@ValueSource(strings = { "sluice.audit.key", "sluice.audit.former-keys[0]" })
	void isNotToldWhereItIsTooShort(String setting) {
		new ApplicationContextRunner().withUserConfiguration(Sealing.class)
			.withPropertyValues(setting + "=hush-hush")
			.run((context) -> {
				assertThat(context).hasFailed();
				StringWriter trace = new StringWriter();
				for (Throwable ex = context.getStartupFailure(); ex != null; ex = ex.getCause()) {
					ex.printStackTrace(new PrintWriter(trace));
					if (ex instanceof BindException unbound && unbound.getProperty() != null) {
						trace.append(String.valueOf(unbound.getProperty().getValue()));
					}
				}
				assertThat(trace.toString())
					.contains("sluice.audit.key and former-keys must have at least 32 characters")
					.doesNotContain("hush-hush");
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AuditProperties.class)
	static class Sealing {

		@Bean
		Seal seal(AuditProperties properties) {
			return new Seal(properties);
		}

	}

}
