/**
 * What fits into a model's window, and what of it the provider may keep. It reckons and
 * never asks anybody. Start with {@link dev.sluice.prompt.context.ContextBudget}.
 */
@ApplicationModule(displayName = "Context", allowedDependencies = { "prompt.terms", "model::message" })
@NullMarked
package dev.sluice.prompt.context;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
