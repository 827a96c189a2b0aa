package dev.sluice.trace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.sluice.testing.OtlpReceiver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** When there is a telemetry, and what it does to those who wait for it. */
@Timeout(30)
class TelemetryTests {

	@Test
	void makesNothingWithoutAnEndpoint() {
		Set<Thread> before = exporters();
		try (Telemetry telemetry = of(Map.of("OTEL_SERVICE_NAME", "mine", "OTEL_TRACES_SAMPLER", "always_on"))) {
			assertThat(telemetry.on()).isFalse();
			assertThat(telemetry.api()).isSameAs(OpenTelemetry.noop());
			assertThat(before).containsAll(exporters());
		}
	}

	@ParameterizedTest
	@CsvSource({ "OTEL_SDK_DISABLED, true", "OTEL_TRACES_EXPORTER, none", "OTEL_EXPORTER_OTLP_ENDPOINT, ''" })
	void makesNothingIfToldSo(String name, String value) {
		Set<Thread> before = exporters();
		Map<String, String> settings = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
		settings.put(name, value);

		assertThat(of(settings).on()).isFalse();
		assertThat(before).containsAll(exporters());
	}

	@Test
	void goesByTheNamesInTheEnvironment() {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			try (Telemetry telemetry = of(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
					receiver.endpoint() + "/v1/traces", "OTEL_SERVICE_NAME", "mine",
					"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "Authorization=secret"))) {
				span(telemetry).end();
			}

			assertThat(receiver.spans()).extracting((span) -> span.getName()).containsExactly("a-span");
			assertThat(OtlpReceiver.attribute(receiver.resources().getFirst().getAttributesList(), "service.name"))
				.isEqualTo("mine");
			assertThat(receiver.authorizations()).containsExactly("secret");
		}
	}

	@Test
	void takesItsNameFromTheResourceIfItStandsThere() {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			try (Telemetry telemetry = of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
					"OTEL_RESOURCE_ATTRIBUTES", "service.name=theirs"))) {
				span(telemetry).end();
			}

			assertThat(OtlpReceiver.attribute(receiver.resources().getFirst().getAttributesList(), "service.name"))
				.isEqualTo("theirs");
		}
	}

	@Test
	void samplesAsItIsTold() {
		try (Telemetry telemetry = of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "OTEL_TRACES_SAMPLER",
				"traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0"))) {
			Span span = span(telemetry);

			assertThat(span.isRecording()).isFalse();
			assertThat(span.getSpanContext().isValid()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "OTEL_EXPORTER_OTLP_PROTOCOL, otel.exporter.otlp.protocol",
			"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, otel.exporter.otlp.traces.protocol" })
	void refusesProtocolsThatItCannotSpeak(String variable, String setting) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", variable, "grpc")))
			.withMessageContaining(setting)
			.withMessageContaining("http/protobuf");
	}

	@ParameterizedTest
	@CsvSource({ "OTEL_TRACES_SAMPLER, most", "OTEL_EXPORTER_OTLP_ENDPOINT, collector",
			"OTEL_BSP_SCHEDULE_DELAY, often" })
	void refusesValuesThatMakeNoSense(String variable, String value) {
		Map<String, String> settings = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
		settings.put(variable, value);

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> of(settings));
	}

	/** What doors, generations and model calls agree on. */
	@Test
	void tellsTheGenerationAndItsConversation() {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			Context context;
			try (Telemetry telemetry = of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint()))) {
				DoorSpan door = new DoorSpans(telemetry, new TraceConfiguration().tracer(telemetry)).enter("door",
						(name) -> null);
				context = Subject.of("gen_1", "cnv_1");
				door.leave();
			}

			assertThat(context.wrapSupplier(Subject::current).get().asMap().values()).containsExactlyInAnyOrder("gen_1",
					"cnv_1");
			assertThat(Subject.current().isEmpty()).isTrue();
			assertThat(OtlpReceiver.attribute(receiver.spans().getFirst(), "sluice.generation.id")).isEqualTo("gen_1");
			assertThat(OtlpReceiver.attribute(receiver.spans().getFirst(), "gen_ai.conversation.id"))
				.isEqualTo("cnv_1");
		}
	}

	/** A collector that takes the connection and never answers. */
	@Test
	void losesSpansRatherThanWaitForACollector() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				Telemetry telemetry = of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT",
						"http://127.0.0.1:" + silent.getLocalPort(), "OTEL_BSP_MAX_QUEUE_SIZE", "64",
						"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8", "OTEL_EXPORTER_OTLP_TIMEOUT", "600000"))) {
			for (int i = 0; i < 10_000; i++) {
				span(telemetry).end();
			}
		}
	}

	private static Span span(Telemetry telemetry) {
		return telemetry.api().getTracer("test").spanBuilder("a-span").startSpan();
	}

	/** Those of other tests may still be about. */
	private static Set<Thread> exporters() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("BatchSpanProcessor"))
			.collect(Collectors.toSet());
	}

	private static Telemetry of(Map<String, String> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.copyOf(variables)));
		return new Telemetry(environment);
	}

}
