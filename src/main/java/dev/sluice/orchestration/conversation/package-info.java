/**
 * Conversations and their history: who owns them, who may follow them, and whose turn it
 * is. Start with {@link dev.sluice.orchestration.conversation.Conversations}.
 */
@ApplicationModule(displayName = "Conversation",
		allowedDependencies = { "store", "orchestration.node", "prompt.terms", "model::message" })
@NullMarked
package dev.sluice.orchestration.conversation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
