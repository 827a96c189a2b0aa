package dev.sluice.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * OpenTelemetry by its own settings, which stand in the environment or are Spring
 * properties of the same names. Without an endpoint there is no exporter, no thread and
 * no packet.
 */
@Component
final class Telemetry implements AutoCloseable {

	private static final String PROTOCOL = "otel.exporter.otlp.protocol";

	private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";

	private static final String HTTP = "http/protobuf";

	/** What an operator need not say: metrics and logs have ways of their own. */
	private static final Map<String, String> DEFAULTS = Map.of(PROTOCOL, HTTP, "otel.metrics.exporter", "none",
			"otel.logs.exporter", "none");

	private static final String SERVICE_NAME = "service.name";

	private final OpenTelemetry api;

	Telemetry(Environment environment) {
		Map<String, String> settings = new HashMap<>(DEFAULTS);
		Binder.get(environment)
			.bind("otel", Bindable.mapOf(String.class, String.class))
			.ifBound((given) -> given.forEach((name, value) -> settings.put("otel." + name, value)));
		this.api = wanted(settings) ? sdk(settings) : OpenTelemetry.noop();
	}

	OpenTelemetry api() {
		return this.api;
	}

	boolean on() {
		return this.api instanceof OpenTelemetrySdk;
	}

	/**
	 * Sends what has not been sent. Those who make spans depend on this, so they have
	 * stopped.
	 */
	@Override
	public void close() {
		if (this.api instanceof OpenTelemetrySdk sdk) {
			sdk.shutdown().join(2, TimeUnit.SECONDS);
		}
	}

	private static OpenTelemetry sdk(Map<String, String> settings) {
		requireHttp(settings, PROTOCOL);
		requireHttp(settings, TRACES_PROTOCOL);
		return AutoConfiguredOpenTelemetrySdk.builder()
			.addPropertiesSupplier(() -> settings)
			.addResourceCustomizer((resource, _) -> named(resource))
			.disableShutdownHook()
			.build()
			.getOpenTelemetrySdk();
	}

	/** The name stands in one of two settings; if in none the SDK makes one up. */
	private static Resource named(Resource resource) {
		String name = String.valueOf(resource.getAttribute(AttributeKey.stringKey(SERVICE_NAME)));
		return name.startsWith("unknown_service") ? resource.toBuilder().put(SERVICE_NAME, "sluice").build() : resource;
	}

	private static boolean wanted(Map<String, String> settings) {
		return (isSet(settings, "otel.exporter.otlp.endpoint") || isSet(settings, "otel.exporter.otlp.traces.endpoint"))
				&& !"none".equals(settings.get("otel.traces.exporter"))
				&& !"true".equalsIgnoreCase(settings.get("otel.sdk.disabled"));
	}

	private static boolean isSet(Map<String, String> settings, String name) {
		return !settings.getOrDefault(name, "").isBlank();
	}

	/** The JDK's client, which sends, speaks no gRPC. */
	private static void requireHttp(Map<String, String> settings, String name) {
		String protocol = settings.getOrDefault(name, HTTP);
		if (!protocol.equals(HTTP)) {
			throw new IllegalArgumentException(
					"%s: '%s' is not supported; traces are sent by %s, to port 4318 as a rule".formatted(name, protocol,
							HTTP));
		}
	}

}
