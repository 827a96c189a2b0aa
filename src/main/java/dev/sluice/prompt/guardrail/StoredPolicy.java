package dev.sluice.prompt.guardrail;

/**
 * A policy as the store has it.
 *
 * @param json the policy, empty where only the rest was read
 * @param revision grows with every change, also of one that was deleted between
 */
record StoredPolicy(String name, String json, String description, boolean enabled, long revision) {
}
