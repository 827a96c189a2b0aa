/**
 * The terms that the parts of the prompt layer share: on whose behalf, which part of a
 * text the caller gave, and why a prompt could not be made.
 */
@ApplicationModule(displayName = "Prompt terms", allowedDependencies = {})
@NullMarked
package dev.sluice.prompt.terms;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
