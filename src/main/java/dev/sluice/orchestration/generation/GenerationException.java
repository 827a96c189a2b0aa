package dev.sluice.orchestration.generation;

/**
 * A request that was refused before it became a generation, or a generation that is not
 * there.
 */
public class GenerationException extends RuntimeException {

	private final Failure failure;

	public GenerationException(Failure failure) {
		super(failure.code().code() + ": " + failure.detail(), null, false, false);
		this.failure = failure;
	}

	public GenerationException(ErrorCode code, String detail) {
		this(Failure.of(code, detail));
	}

	public Failure failure() {
		return this.failure;
	}

}
