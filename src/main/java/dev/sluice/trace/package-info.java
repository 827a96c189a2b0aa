/**
 * Traces: what a request went through, and how long each step took, exported over OTLP
 * where that is configured and nothing at all where it is not. A door opens a
 * {@link dev.sluice.trace.DoorSpan}, the prompt pipeline's steps run in
 * {@link dev.sluice.trace.Stages}, and the model port has a decorator of its own. No span
 * holds a word of what was said.
 */
@ApplicationModule(displayName = "Trace", allowedDependencies = {})
@NullMarked
package dev.sluice.trace;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
