package dev.sluice.prompt.template;

/** A rendering that went over one of its bounds. */
final class RenderingLimitException extends RuntimeException {

	RenderingLimitException(String message) {
		super(message, null, false, false);
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
