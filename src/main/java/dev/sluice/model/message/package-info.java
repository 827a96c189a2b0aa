/**
 * The words that all layers share. A type belongs here only if it passes unchanged
 * through orchestration, between a prompt and a backend or a backend and a door.
 */
@NamedInterface("message")
@NullMarked
package dev.sluice.model.message;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
