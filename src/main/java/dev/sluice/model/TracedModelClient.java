package dev.sluice.model;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Usage;
import dev.sluice.trace.Subject;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;

/**
 * A span per call by the <a href=
 * "https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md">GenAI
 * semantic conventions</a>: one for all attempts, with an event for each that failed.
 * Nothing of the prompt or the answer is in it.
 */
final class TracedModelClient implements ModelClient {

	static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

	private static final AttributeKey<List<String>> FINISH_REASONS = AttributeKey
		.stringArrayKey("gen_ai.response.finish_reasons");

	private final ModelClient backend;

	private final Tracer tracer;

	private final String provider;

	TracedModelClient(ModelClient backend, Tracer tracer, String provider) {
		this.backend = backend;
		this.tracer = tracer;
		this.provider = provider;
	}

	@Override
	public ModelReply converse(ModelRequest request, CallScope scope) {
		Span span = begin(request);
		if (!span.isRecording()) {
			return this.backend.converse(request, scope);
		}
		describe(span, request);
		try (Scope _ = span.makeCurrent()) {
			ModelReply reply = this.backend.converse(request, scope);
			finished(span, reply.finishReason(), reply.usage());
			return reply;
		}
		catch (RuntimeException ex) {
			failed(span, ex);
			throw ex;
		}
		finally {
			span.end();
		}
	}

	@Override
	public void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope) {
		Span span = begin(request);
		if (!span.isRecording()) {
			this.backend.converseStream(request, sink, scope);
			return;
		}
		describe(span, request);
		span.setAttribute("gen_ai.request.stream", true);
		try (Scope _ = span.makeCurrent()) {
			this.backend.converseStream(request, new Tracing(sink, span), scope);
		}
		catch (RuntimeException ex) {
			failed(span, ex);
			throw ex;
		}
		finally {
			span.end();
		}
	}

	/** What a sampler may go by is there from the beginning. */
	private Span begin(ModelRequest request) {
		return this.tracer.spanBuilder("chat " + request.modelId())
			.setSpanKind(SpanKind.CLIENT)
			.setAttribute("gen_ai.operation.name", "chat")
			.setAttribute("gen_ai.provider.name", this.provider)
			.setAttribute("gen_ai.request.model", request.modelId())
			.startSpan();
	}

	private static void describe(Span span, ModelRequest request) {
		span.setAllAttributes(Subject.current());
		Parameters parameters = request.parameters();
		if (parameters.maxTokens() != null) {
			span.setAttribute("gen_ai.request.max_tokens", parameters.maxTokens().longValue());
		}
		if (parameters.temperature() != null) {
			span.setAttribute("gen_ai.request.temperature", parameters.temperature());
		}
		if (parameters.topP() != null) {
			span.setAttribute("gen_ai.request.top_p", parameters.topP());
		}
	}

	/** The conventions count cached tokens as input, too. */
	private static void finished(Span span, FinishReason reason, Usage usage) {
		span.setAttribute(FINISH_REASONS, List.of(reason.name()));
		span.setAttribute("gen_ai.usage.input_tokens",
				usage.inputTokens() + usage.cacheReadTokens() + usage.cacheWriteTokens());
		span.setAttribute("gen_ai.usage.output_tokens", usage.outputTokens());
		if (usage.cacheReadTokens() > 0) {
			span.setAttribute("gen_ai.usage.cache_read.input_tokens", usage.cacheReadTokens());
		}
		if (usage.cacheWriteTokens() > 0) {
			span.setAttribute("gen_ai.usage.cache_write.input_tokens", usage.cacheWriteTokens());
		}
	}

	/** A call that we ended ourselves is no error of anybody. */
	private static void failed(Span span, RuntimeException ex) {
		Reason reason = (ex instanceof ModelException failure) ? failure.reason() : Reason.INTERNAL;
		span.setAttribute(ERROR_TYPE, reason.name().toLowerCase(Locale.ROOT));
		if (reason != Reason.CANCELLED) {
			span.setStatus(StatusCode.ERROR);
		}
	}

	private static final class Tracing implements ModelEventSink {

		private final ModelEventSink sink;

		private final Span span;

		private final long start = System.nanoTime();

		private boolean started;

		private Tracing(ModelEventSink sink, Span span) {
			this.sink = sink;
			this.span = span;
		}

		@Override
		public void accept(ModelEvent event) {
			if (event instanceof ModelEvent.Finished finished) {
				finished(this.span, finished.reason(), finished.usage());
			}
			else if (!this.started) {
				this.started = true;
				this.span.setAttribute("gen_ai.response.time_to_first_chunk",
						(double) (System.nanoTime() - this.start) / TimeUnit.SECONDS.toNanos(1));
			}
			this.sink.accept(event);
		}

		@Override
		public void flush() {
			this.sink.flush();
		}

	}

}
