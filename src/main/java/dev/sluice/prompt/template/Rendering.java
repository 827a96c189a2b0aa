package dev.sluice.prompt.template;

import java.util.List;

import dev.sluice.prompt.terms.PromptText;
import org.jspecify.annotations.Nullable;

/** A template with the values in their places. */
public record Rendering(@Nullable PromptText system, List<RenderedMessage> messages) {

	public Rendering {
		messages = List.copyOf(messages);
	}

}
