package dev.sluice.prompt.template;

import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.PromptText;

/** A message with the values in their places. */
public record RenderedMessage(Role role, PromptText text) {

}
