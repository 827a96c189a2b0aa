/** The prompt-engineering layer. Its rooms are the packages below. */
@NullMarked
package dev.sluice.prompt;

import org.jspecify.annotations.NullMarked;
