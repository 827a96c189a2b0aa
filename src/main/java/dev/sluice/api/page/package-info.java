/**
 * The page at the root of the service: static files, and the headers that keep it safe.
 */
@ApplicationModule(displayName = "Page", allowedDependencies = {})
@NullMarked
package dev.sluice.api.page;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
