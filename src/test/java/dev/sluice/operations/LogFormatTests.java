package dev.sluice.operations;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/** Machines read the log, but a newcomer's. */
class LogFormatTests {

	private static final String FORMAT = "logging.structured.format.console";

	@Test
	void isJsonWithTheTraceOfTheRequest() {
		JsonNode line = log("gen_1 failed as model-throttled", new IllegalStateException("of the backend"));

		assertThat(line.path("log").path("level").asString()).isEqualTo("WARN");
		assertThat(line.path("message").asString()).isEqualTo("gen_1 failed as model-throttled");
		assertThat(line.path("service").path("name").asString()).isEqualTo("sluice");
		assertThat(line.path("traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
		assertThat(line.path("error").path("stack_trace").asString()).startsWith("java.lang.IllegalStateException");
		assertThat(line.path("@timestamp").isString()).isTrue();
	}

	@Test
	void isOneLineWhateverIsSaid() {
		assertThat(log("a\nb\u001b[31m", null).path("message").asString()).isEqualTo("a\nb\u001b[31m");
	}

	@Test
	void isForHumansOnANewcomersMachine() {
		assertThat(environment("local").getProperty(FORMAT)).isEmpty();
		assertThat(environment().getProperty(FORMAT)).isEqualTo("ecs");
	}

	private static JsonNode log(String message, Throwable failure) {
		LoggerContext context = new LoggerContext();
		ConfigurableEnvironment environment = environment();
		context.putObject(Environment.class.getName(), environment);
		StructuredLogEncoder encoder = new StructuredLogEncoder();
		encoder.setContext(context);
		encoder.setFormat(environment.getProperty(FORMAT));
		encoder.start();
		LoggingEvent event = new LoggingEvent("x", context.getLogger("dev.sluice.Test"), Level.WARN, message, failure,
				null);
		event.setMDCPropertyMap(Map.of("traceId", "0af7651916cd43dd8448eb211c80319c"));
		List<String> lines = new String(encoder.encode(event), StandardCharsets.UTF_8).lines().toList();
		assertThat(lines).hasSize(1);
		return JsonMapper.shared().readTree(lines.getFirst());
	}

	private static ConfigurableEnvironment environment(String... profiles) {
		StandardEnvironment environment = new StandardEnvironment();
		ConfigDataEnvironmentPostProcessor.applyTo(environment, null, null, profiles);
		return environment;
	}

}
