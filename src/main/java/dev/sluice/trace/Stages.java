package dev.sluice.trace;

import java.util.function.Supplier;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;

import org.springframework.stereotype.Component;

/** The steps that a request takes inside of Sluice, a span each. */
@Component
public final class Stages {

	private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

	private final Tracer tracer;

	public Stages(Tracer tracer) {
		this.tracer = tracer;
	}

	/**
	 * Takes a step, with a span if it belongs to a trace. Of a failure the span tells the
	 * type alone: its message may quote the request.
	 */
	public <T> T in(String name, Supplier<T> step) {
		if (!Span.current().getSpanContext().isValid()) {
			return step.get();
		}
		Span span = this.tracer.spanBuilder(name).startSpan();
		try (Scope _ = span.makeCurrent()) {
			return step.get();
		}
		catch (RuntimeException ex) {
			span.setAttribute(ERROR_TYPE, ex.getClass().getName());
			span.setStatus(StatusCode.ERROR);
			throw ex;
		}
		finally {
			span.end();
		}
	}

}
