package dev.sluice.prompt.guardrail;

import java.util.function.Supplier;

import dev.sluice.prompt.terms.PromptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the failure of an engine means by a policy.
 *
 * @param engine what meters call the engine
 * @param open whether texts pass unseen
 */
record OnFailure(String engine, boolean open, GuardrailMeters meters) {

	private static final Logger logger = LoggerFactory.getLogger(OnFailure.class);

	/**
	 * Asks the engine; {@code unseen} is the answer if it fails and texts pass unseen.
	 */
	<T> T ask(Supplier<T> question, T unseen) {
		try {
			return question.get();
		}
		catch (RuntimeException ex) {
			failed(ex);
			return unseen;
		}
	}

	/**
	 * Notes a failure. The words of an unforeseen exception may quote what was looked at,
	 * so they are not logged.
	 * @throws PromptException if texts do not pass unseen
	 */
	void failed(RuntimeException ex) {
		this.meters.failed(this.engine, this.open);
		if (ex instanceof PromptException known) {
			logger.warn("The guardrail engine {} failed: {} ({})", this.engine, known.detail(),
					String.valueOf(known.getCause()));
		}
		else {
			logger.error("The guardrail engine {} failed with {} at {}", this.engine, ex.getClass().getName(),
					(ex.getStackTrace().length > 0) ? ex.getStackTrace()[0] : "an unknown place");
		}
		if (!this.open) {
			throw (ex instanceof PromptException known) ? known
					: new PromptException(PromptException.Reason.GUARDRAIL_UNAVAILABLE,
							"A guardrail could not be asked, and its policy lets nothing pass unseen");
		}
	}

}
