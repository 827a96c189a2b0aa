package dev.sluice.orchestration.generation;

import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelEventSink;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Usage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the model for one generation and writes the log. The only writer: every way to
 * end passes through here.
 */
final class GenerationRun implements ModelEventSink {

	private static final Logger logger = LoggerFactory.getLogger(GenerationRun.class);

	private final Generation generation;

	private final InMemoryEventLog log;

	private final GenerationRequest request;

	private final ModelRequest modelRequest;

	private final GenerationStore store;

	private final GenerationMeters meters;

	private final long start = System.nanoTime();

	private boolean first = true;

	GenerationRun(Generation generation, GenerationRequest request, ModelRequest modelRequest, GenerationStore store,
			GenerationMeters meters) {
		this.generation = generation;
		this.log = generation.writableLog();
		this.request = request;
		this.modelRequest = modelRequest;
		this.store = store;
		this.meters = meters;
	}

	Generation generation() {
		return this.generation;
	}

	/** Asks for the answer as a stream. */
	void stream(ModelClient model) {
		run(() -> model.converseStream(this.modelRequest, this, this.generation.scope()));
	}

	/** Asks for the whole answer at once. */
	void whole(ModelClient model) {
		run(() -> {
			ModelReply reply = model.converse(this.modelRequest, this.generation.scope());
			reply.content().forEach((part) -> append(eventOf(part)));
			end(new GenerationEvent.Completed(reply.finishReason(), reply.usage()));
		});
	}

	@Override
	public void accept(ModelEvent event) {
		switch (event) {
			case ModelEvent.Text(String text) -> append(new GenerationEvent.Delta(text));
			case ModelEvent.Reasoning(String text) -> append(new GenerationEvent.Reasoning(text));
			case ModelEvent.Part(ContentPart part) -> append(eventOf(part));
			case ModelEvent.Finished(var reason, var usage, var _) -> end(new GenerationEvent.Completed(reason, usage));
		}
	}

	@Override
	public void flush() {
		if (this.generation.end() == null) {
			this.log.signal();
		}
	}

	private void run(Runnable call) {
		try {
			this.log.append(new GenerationEvent.Started(this.generation.id(), this.generation.model()));
			this.log.signal();
			call.run();
			if (this.generation.end() == null) {
				throw new ModelException(ModelException.Reason.BROKEN, "The adapter returned without an end");
			}
		}
		catch (Throwable ex) {
			if (this.generation.end() == null) {
				end(endOf(ex));
			}
			else {
				logger.error("A fault after the end of {}", this.generation.id(), ex);
			}
		}
	}

	private void append(GenerationEvent event) {
		if (this.first) {
			this.first = false;
			this.meters.firstToken(this.request.door(), this.generation.model(), System.nanoTime() - this.start);
		}
		this.log.append(event);
	}

	private void end(GenerationEvent.End end) {
		try {
			this.meters.ended(this.request.door(), this.generation.model(), end, System.nanoTime() - this.start);
			this.generation.end(end);
		}
		finally {
			this.store.retain(this.generation);
		}
	}

	private static GenerationEvent eventOf(ContentPart part) {
		return switch (part) {
			case ContentPart.Text(String text) -> new GenerationEvent.Delta(text);
			case ContentPart.ToolUse tool -> new GenerationEvent.ToolCall(tool);
			case ContentPart other -> new GenerationEvent.Part(other);
		};
	}

	private GenerationEvent.End endOf(Throwable ex) {
		Failure abortion = this.generation.abortion();
		if (abortion != null) {
			return failed(abortion, estimate(), ex);
		}
		return switch (ex) {
			case ModelException failure when failure.reason() == ModelException.Reason.CANCELLED ->
				new GenerationEvent.Cancelled(usage(failure.reason()));
			case ModelException failure ->
				failed(ModelFailures.failureOf(failure.reason()), usage(failure.reason()), ex);
			case GenerationException refusal -> failed(refusal.failure(), estimate(), ex);
			default -> {
				logger.error("A fault in {}", this.generation.id(), ex);
				yield failed(Failure.of(ErrorCode.INTERNAL_ERROR, "The request could not be carried out"), estimate(),
						ex);
			}
		};
	}

	private GenerationEvent.Failed failed(Failure failure, Usage usage, Throwable cause) {
		logger.warn("{} failed as {}: {}", this.generation.id(), failure.code().code(), cause.toString());
		return new GenerationEvent.Failed(failure, usage, this.request.traceId());
	}

	/** A backend that refused a call has used nothing. */
	private Usage usage(ModelException.Reason reason) {
		boolean refused = this.first && switch (reason) {
			case THROTTLED, NOT_READY, UNAVAILABLE, REJECTED, CONTEXT_TOO_LONG, ACCESS_DENIED, UNKNOWN_MODEL -> true;
			case INTERNAL, CONNECTION, BROKEN, MODEL_ERROR, TIMEOUT, CANCELLED -> false;
		};
		return refused ? Usage.NONE : estimate();
	}

	private Usage estimate() {
		return EstimatedUsage.of(this.modelRequest, this.log);
	}

}
