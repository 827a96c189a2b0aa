package dev.sluice.prompt.audit;

import org.jspecify.annotations.Nullable;

/**
 * A record that is not yet part of a chain.
 *
 * @param body its fields, see
 * {@link ChainRecord#after(Head, Seal, java.time.Instant, String)}
 * @param texts what was said, compressed
 */
record Draft(String body, byte @Nullable [] texts) {
}
