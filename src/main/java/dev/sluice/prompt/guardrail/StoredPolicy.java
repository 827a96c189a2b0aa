package dev.sluice.prompt.guardrail;

import java.time.Instant;

/**
 * A policy as the store has it.
 *
 * @param json the policy, empty in a list
 * @param revision grows with every change, also of one that was deleted between
 * @param author who stored it
 */
record StoredPolicy(String name, String json, String description, boolean enabled, long revision, String author,
		Instant updatedAt) {

	StoredPolicy with(long revision) {
		return new StoredPolicy(this.name, this.json, this.description, this.enabled, revision, this.author,
				this.updatedAt);
	}

}
