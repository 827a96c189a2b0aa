package dev.sluice.prompt.template;

import dev.sluice.model.message.Role;

/** A message of a template, its text in Mustache. */
public record TemplateMessage(Role role, String content) {

}
