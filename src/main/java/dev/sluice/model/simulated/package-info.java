/**
 * A backend without a model: it answers with what it was sent, word by word, always the
 * same.
 */
@ApplicationModule(displayName = "Simulated", allowedDependencies = { "model", "model::message" })
@NullMarked
package dev.sluice.model.simulated;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
