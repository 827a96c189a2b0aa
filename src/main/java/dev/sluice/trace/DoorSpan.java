package dev.sluice.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.slf4j.MDC;

/**
 * One request at a door. The thread that opened it works for it, and logs under its trace
 * id, until it leaves; the span ends then as well, unless somebody has it last.
 */
public final class DoorSpan {

	/** The trace id's key in the logging context. */
	public static final String TRACE_ID = "traceId";

	private static final ContextKey<DoorSpan> KEY = ContextKey.named("dev.sluice.door");

	private static final DoorSpan NONE = new DoorSpan(Span.getInvalid(), "");

	private final Span span;

	private final String traceId;

	private Scope scope = Scope.noop();

	private boolean lasting;

	private DoorSpan(Span span, String traceId) {
		this.span = span;
		this.traceId = traceId;
	}

	static DoorSpan open(Span span, Context caller) {
		DoorSpan door = new DoorSpan(span, span.getSpanContext().getTraceId());
		door.scope = caller.with(span).with(KEY, door).makeCurrent();
		MDC.put(TRACE_ID, door.traceId);
		return door;
	}

	static DoorSpan without(String traceId) {
		MDC.put(TRACE_ID, traceId);
		return new DoorSpan(Span.getInvalid(), traceId);
	}

	/** That of the calling thread. */
	public static DoorSpan current() {
		DoorSpan current = Context.current().get(KEY);
		return (current != null) ? current : NONE;
	}

	public Span span() {
		return this.span;
	}

	public String traceId() {
		return this.traceId;
	}

	/** The request failed, and not by the caller's fault. */
	public void failed(String errorType) {
		this.span.setAttribute(AttributeKey.stringKey("error.type"), errorType);
		this.span.setStatus(StatusCode.ERROR);
	}

	/**
	 * Has the span go on when the thread leaves; {@link #end} ends it. To be called by
	 * the thread that works for it.
	 */
	public DoorSpan last() {
		if (this != NONE) {
			this.lasting = true;
		}
		return this;
	}

	/** Ends a span that lasts; it may have ended. */
	public void end() {
		this.span.end();
	}

	/** The thread has done its work for the request. */
	public void leave() {
		MDC.remove(TRACE_ID);
		this.scope.close();
		if (!this.lasting) {
			this.span.end();
		}
	}

}
