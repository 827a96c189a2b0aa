/**
 * The prompt-engineering layer: templates, guardrails, the context budget and the audit
 * trail, each a leaf of its own. Here are the words that they share.
 */
@ApplicationModule(displayName = "Prompt", allowedDependencies = { "model::message" })
@NullMarked
package dev.sluice.prompt;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
