/** Asynchronous streaming over server-sent events. */
@ApplicationModule(displayName = "SSE",
		allowedDependencies = { "api", "orchestration.generation", "prompt.terms", "model::message" })
@NullMarked
package dev.sluice.api.sse;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
