package dev.sluice.orchestration.generation;

/** What becomes of a running generation when its last reader has left. */
public enum OnDisconnect {

	/** It is cancelled, and the backend's connection closed. */
	CANCEL,
	/** It runs on and can be resumed or collected. */
	FINISH

}
