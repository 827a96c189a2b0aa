/** The orchestration layer: what happens between a door and a backend. */
@NullMarked
package dev.sluice.orchestration;

import org.jspecify.annotations.NullMarked;
