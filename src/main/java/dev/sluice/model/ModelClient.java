package dev.sluice.model;

/**
 * A model backend. Calls block and are made on virtual threads; any number may run at
 * once. A call ends early, with {@link ModelException.Reason#CANCELLED} or
 * {@link ModelException.Reason#TIMEOUT}, when its {@link CallScope} ends, and the
 * backend's connection is closed by then. An adapter never retries.
 */
public interface ModelClient {

	/**
	 * Waits for the whole answer.
	 * @throws ModelException if there is none
	 */
	ModelReply converse(ModelRequest request, CallScope scope);

	/**
	 * Passes the answer on as it arrives and returns after its end. The last event is
	 * exactly one {@link ModelEvent.Finished}: <pre>
	 * Reasoning* Text* Part* … Finished
	 * </pre>A stream that breaks off before the backend has said that it is complete
	 * throws; what was passed on until then stands.
	 * @throws ModelException if the answer fails, before or after its first event
	 */
	void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope);

}
