package dev.sluice.model.message;

/**
 * Why an answer ended. The constants are the reasons of the wire contract; a reason that
 * a provider adds later is carried under the provider's own name.
 */
public record FinishReason(String name) {

	public static final FinishReason END_TURN = new FinishReason("end_turn");

	public static final FinishReason MAX_TOKENS = new FinishReason("max_tokens");

	public static final FinishReason STOP_SEQUENCE = new FinishReason("stop_sequence");

	public static final FinishReason TOOL_USE = new FinishReason("tool_use");

	public static final FinishReason GUARDRAIL = new FinishReason("guardrail");

	public static final FinishReason CONTENT_FILTERED = new FinishReason("content_filtered");

	public static final FinishReason CONTEXT_WINDOW_EXCEEDED = new FinishReason("context_window_exceeded");

	public static final FinishReason MALFORMED_OUTPUT = new FinishReason("malformed_output");

	@Override
	public String toString() {
		return this.name;
	}

}
