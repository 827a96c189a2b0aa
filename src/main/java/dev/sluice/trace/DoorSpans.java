package dev.sluice.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Where requests come in. Each has a trace id, the caller's own where it sends a
 * <a href="https://www.w3.org/TR/trace-context/">traceparent</a>, and a span if traces
 * are on.
 */
@Component
public final class DoorSpans {

	/** The headers of a request. */
	@FunctionalInterface
	public interface Headers {

		@Nullable String get(String name);

	}

	private final Tracer tracer;

	private final TextMapPropagator propagator;

	private final boolean on;

	DoorSpans(Telemetry telemetry, Tracer tracer) {
		this.tracer = tracer;
		this.propagator = telemetry.api().getPropagators().getTextMapPropagator();
		this.on = telemetry.on();
	}

	/** Takes a request in; the calling thread works for it until it leaves. */
	public DoorSpan enter(String name, Headers headers) {
		if (!this.on) {
			return pass(headers);
		}
		Context caller = this.propagator.extract(Context.root(), headers, Getter.INSTANCE);
		Span span = this.tracer.spanBuilder(name).setParent(caller).setSpanKind(SpanKind.SERVER).startSpan();
		return DoorSpan.open(span, caller);
	}

	/** Takes a request in that is of no interest as a span. */
	public DoorSpan pass(Headers headers) {
		return DoorSpan.without(traceIdOf(headers.get("traceparent")));
	}

	/** The trace id of a traceparent, or a new one if there is none that is valid. */
	private static String traceIdOf(@Nullable String traceparent) {
		if (traceparent != null && traceparent.length() >= 55 && traceparent.charAt(2) == '-'
				&& traceparent.charAt(35) == '-') {
			String traceId = traceparent.substring(3, 35);
			if (traceId.chars().allMatch((c) -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')
					&& traceId.chars().anyMatch((c) -> c != '0')) {
				return traceId;
			}
		}
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return hex(random.nextLong()) + hex(random.nextLong() | 1);
	}

	private static String hex(long value) {
		return HexFormat.of().toHexDigits(value);
	}

	private enum Getter implements TextMapGetter<Headers> {

		INSTANCE;

		@Override
		public Iterable<String> keys(Headers headers) {
			return List.of();
		}

		@Override
		public @Nullable String get(@Nullable Headers headers, String name) {
			return (headers != null) ? headers.get(name) : null;
		}

	}

}
