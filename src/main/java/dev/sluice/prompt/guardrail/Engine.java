package dev.sluice.prompt.guardrail;

import java.util.function.Supplier;

import dev.sluice.prompt.terms.PromptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine's failure means.
 *
 * @param name what meters call the engine
 */
record Engine(String name, boolean failOpen, GuardrailMeters meters) {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	/**
	 * Asks the engine; {@code unseen} is the answer if it fails and the policy lets pass.
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
	 * Notes a failure. An exception's own words may quote what was looked at, so they are
	 * not logged.
	 * @throws PromptException if the policy does not let texts pass unseen
	 */
	void failed(RuntimeException ex) {
		this.meters.failed(this.name, this.failOpen);
		if (ex instanceof PromptException known) {
			logger.warn("The guardrail engine {} failed: {}", this.name, known.detail());
		}
		else {
			logger.error("The guardrail engine {} failed with {} at {}", this.name, ex.getClass().getName(),
					(ex.getStackTrace().length > 0) ? ex.getStackTrace()[0] : "?");
		}
		if (!this.failOpen) {
			throw new PromptException(PromptException.Reason.GUARDRAIL_UNAVAILABLE, null,
					"A guardrail could not be asked, and its policy lets nothing pass unseen", null);
		}
	}

}
