package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.prompt.guardrail.PolicyShelf.Known;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All policies, wherever they come from. A policy that is stored goes before a configured
 * one of its name, and that before one that is built in.
 */
final class Policies {

	private final PolicyStore store;

	private final PolicyShelf shelf;

	private final int holdBack;

	/** Those that are not stored. */
	private final Map<String, Ruleset> own = new HashMap<>();

	private final Map<String, PolicySource> sources = new TreeMap<>();

	Policies(PolicyStore store, Map<String, GuardrailPolicy> configured, int holdBack, Duration refresh, Ticker ticker,
			Executor executor) {
		this.store = store;
		this.holdBack = holdBack;
		this.shelf = new PolicyShelf(store, (stored) -> prepare(stored.name(), "stored", parse(stored)), refresh,
				ticker, executor);
		BuiltInPolicies.read().forEach((name, policy) -> own(name, policy, PolicySource.BUILT_IN));
		configured.forEach((name, policy) -> own(name, policy, PolicySource.CONFIGURATION));
	}

	/**
	 * A policy, {@code null} if there is none. Waits for the store only where nothing is
	 * known of the name yet.
	 * @param byName whether somebody named it; then nothing runs unguarded because the
	 * store could not be asked
	 */
	@Nullable Ruleset find(String tenant, String name, boolean byName) {
		if (PolicyNames.isNone(name)) {
			return Ruleset.NONE;
		}
		Ruleset instead = this.own.get(name);
		return switch (this.shelf.get(tenant, name)) {
			case Known.Stored(Ruleset rules, var _) -> rules;
			case Known.Absent _ -> instead;
			case Known.Unread _ -> {
				if (instead == null || byName && !instead.acts()) {
					throw new PromptException(Reason.STORE_UNAVAILABLE,
							"The guardrail policy " + name + " cannot be read for now");
				}
				yield instead;
			}
			case Known.Unreadable _ -> throw new PromptException(Reason.GUARDRAIL_UNAVAILABLE,
					"The stored guardrail policy " + name + " makes no sense; store it anew");
		};
	}

	/** As {@link #find}, but not from memory as long as the store can be asked. */
	@Nullable Ruleset findNow(String tenant, String name) {
		try {
			this.shelf.put(tenant, name, this.store.read(tenant, name));
		}
		catch (PromptException ex) {
			if (ex.reason() != Reason.STORE_UNAVAILABLE) {
				throw ex;
			}
		}
		return find(tenant, name, true);
	}

	PolicyPage list(String tenant, @Nullable String after, int limit) {
		String from = (after != null) ? after : "!";
		Map<String, PolicySummary> all = new TreeMap<>();
		this.sources.forEach((name, source) -> {
			if (name.compareTo(from) > 0) {
				all.put(name, summary(name, source));
			}
		});
		this.store.list(tenant, from, limit + 1)
			.forEach((stored) -> all.put(stored.name(),
					new PolicySummary(stored.name(), PolicySource.STORED, stored.description(), stored.enabled())));
		List<PolicySummary> items = all.values().stream().limit(limit).toList();
		return new PolicyPage(items, (all.size() > limit) ? items.getLast().name() : null);
	}

	NamedPolicy read(String tenant, String name) {
		StoredPolicy stored = this.store.read(tenant, name);
		this.shelf.put(tenant, name, stored);
		if (stored != null) {
			return named(stored);
		}
		Ruleset rules = this.own.get(name);
		PolicySource source = this.sources.get(name);
		if (rules == null || source == null) {
			throw notFound(name);
		}
		return new NamedPolicy(name, source, 0, null, null, PolicyWriter.write(rules.policy()));
	}

	NamedPolicy save(Caller caller, String name, JsonNode json, @Nullable Long expected) {
		GuardrailPolicy policy = PolicyReader.read(json);
		prepare(name, "stored", policy);
		ObjectNode written = PolicyWriter.write(policy);
		StoredPolicy saved = this.store.save(caller.tenant(),
				new StoredPolicy(name, written.toString(), policy.description(), policy.enabled(), 0, caller.subject(),
						Instant.now().truncatedTo(ChronoUnit.MILLIS)),
				expected);
		this.shelf.put(caller.tenant(), name, saved);
		return named(saved);
	}

	void delete(Caller caller, String name, @Nullable Long expected) {
		StoredPolicy stored = this.store.read(caller.tenant(), name);
		if (stored == null) {
			throw new PromptException(Reason.NOT_FOUND, this.own.containsKey(name)
					? "The guardrail policy " + name + " is not stored and stays" : notFound(name).detail());
		}
		this.store.delete(caller.tenant(), name, (expected != null) ? expected : stored.revision());
		this.shelf.put(caller.tenant(), name, null);
	}

	/** How many names nobody could ever ask the store about. */
	long unread() {
		return this.shelf.unread();
	}

	static PromptException notFound(String name) {
		return new PromptException(Reason.NOT_FOUND, "There is no guardrail policy " + Fields.shortened(name));
	}

	private PolicySummary summary(String name, PolicySource source) {
		GuardrailPolicy policy = this.own.getOrDefault(name, Ruleset.NONE).policy();
		return new PolicySummary(name, source, policy.description(), policy.enabled());
	}

	private static NamedPolicy named(StoredPolicy stored) {
		return new NamedPolicy(stored.name(), PolicySource.STORED, stored.revision(), stored.author(),
				stored.updatedAt(), (ObjectNode) JsonMapper.shared().readTree(stored.json()));
	}

	private void own(String name, GuardrailPolicy policy, PolicySource source) {
		this.own.put(name, prepare(name, name, policy));
		this.sources.put(name, source);
	}

	private Ruleset prepare(String name, String label, GuardrailPolicy policy) {
		return Ruleset.of(name, label, policy, this.holdBack);
	}

	private static GuardrailPolicy parse(StoredPolicy stored) {
		return PolicyReader.read(JsonMapper.shared().readTree(stored.json()));
	}

}
