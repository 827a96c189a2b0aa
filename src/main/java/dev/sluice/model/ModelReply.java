package dev.sluice.model;

import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.Usage;

/**
 * A whole answer, with its parts in the order in which the model gave them.
 *
 * @param guardrail what a guardrail of the provider's did
 */
public record ModelReply(List<ContentPart> content, FinishReason finishReason, Usage usage, GuardrailReport guardrail) {

	public ModelReply {
		content = List.copyOf(content);
	}

	/** An answer that no guardrail touched. */
	public ModelReply(List<ContentPart> content, FinishReason finishReason, Usage usage) {
		this(content, finishReason, usage, GuardrailReport.NONE);
	}

}
