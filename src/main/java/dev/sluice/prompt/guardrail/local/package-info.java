/**
 * What a guardrail finds without a call: personal data, secrets, own regexes and denied
 * words, in whole texts and in streams alike. Start with
 * {@link dev.sluice.prompt.guardrail.local.LocalDetector}.
 */
@ApplicationModule(displayName = "Local guardrail", allowedDependencies = {})
@NullMarked
package dev.sluice.prompt.guardrail.local;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
