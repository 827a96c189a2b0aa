package dev.sluice.model.bedrock;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelEventSink;

/** One streamed answer on its way from the body of a response to a sink. */
final class ConverseStream {

	private final StreamEventReader events = new StreamEventReader();

	private final ModelEventSink sink;

	private final CallScope scope;

	private boolean started;

	ConverseStream(ModelEventSink sink, CallScope scope) {
		this.sink = sink;
		this.scope = scope;
	}

	/** Whether any event has been passed on. */
	boolean started() {
		return this.started;
	}

	/**
	 * Passes events on until the answer is complete.
	 * @throws IOException if the body ends or fails before
	 */
	void relay(InputStream body) throws IOException {
		EventStreamReader frames = new EventStreamReader(body);
		boolean unflushed = false;
		while (true) {
			if (unflushed && !frames.ready()) {
				this.sink.flush();
				unflushed = false;
			}
			EventFrame frame = frames.next();
			this.scope.check();
			if (frame == null) {
				throw new EOFException("The stream ended before the answer was complete");
			}
			ModelEvent event = this.events.read(frame);
			// Also after a frame that makes no event of its own, such as a piece of a
			// tool's
			// input: a flush says that the backend is alive.
			unflushed = true;
			if (event != null) {
				this.started = true;
				this.sink.accept(event);
			}
			if (event instanceof ModelEvent.Finished) {
				this.sink.flush();
				return;
			}
		}
	}

}
