package dev.sluice.model;

/**
 * Takes the events of one streamed answer, from one thread. Blocking in it is the
 * back-pressure on the backend.
 */
public interface ModelEventSink {

	void accept(ModelEvent event);

	/**
	 * What has been read so far is passed on and the next read may block: the time to
	 * deliver in one write.
	 */
	default void flush() {
	}

}
