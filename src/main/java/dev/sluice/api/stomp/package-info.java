/** Asynchronous request-response and streaming over STOMP on a WebSocket. */
@ApplicationModule(displayName = "STOMP",
		allowedDependencies = { "api", "orchestration.generation", "orchestration.conversation", "prompt.terms",
				"model::message", "trace" })
@NullMarked
package dev.sluice.api.stomp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
