package dev.sluice.model;

import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Usage;

/** A whole answer, with its parts in the order in which the model gave them. */
public record ModelReply(List<ContentPart> content, FinishReason finishReason, Usage usage) {

	public ModelReply {
		content = List.copyOf(content);
	}

}
