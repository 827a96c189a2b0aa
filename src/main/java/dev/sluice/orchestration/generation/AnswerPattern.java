package dev.sluice.orchestration.generation;

/** The way in which the answer of a generation is received. */
public enum AnswerPattern {

	/** The caller waits for the whole of it. */
	SYNC,
	/** The caller takes a receipt and is told, or asks, when it has ended. */
	ASYNC,
	/** The caller follows it as it grows. */
	STREAM

}
