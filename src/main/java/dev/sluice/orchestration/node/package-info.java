/**
 * Which processes of Sluice are alive, so that what one of them held can be let go when
 * it is not.
 */
@ApplicationModule(displayName = "Node", allowedDependencies = "store")
@NullMarked
package dev.sluice.orchestration.node;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
