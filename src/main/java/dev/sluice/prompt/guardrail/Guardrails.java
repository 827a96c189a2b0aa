package dev.sluice.prompt.guardrail;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.prompt.guardrail.PolicyShelf.Known;
import dev.sluice.prompt.guardrail.bedrock.BedrockGuardrails;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import dev.sluice.store.DynamoStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The policies of all tenants, and guards by them. A policy that is stored goes before a
 * configured one of its name, and that before one that is built in.
 */
@Component
public class Guardrails {

	private static final int MOST_JOINED = 1000;

	private final GuardrailProperties properties;

	private final PolicyStore store;

	private final PolicyShelf shelf;

	private final Engines engines;

	private final Map<String, Ruleset> own = new HashMap<>();

	private final Map<String, PolicySource> sources = new TreeMap<>();

	private final Cache<Joined, Ruleset> joined = Caffeine.newBuilder()
		.maximumSize(MOST_JOINED)
		.executor(Runnable::run)
		.build();

	/** Two policies in one, as long as both are what they are. */
	private static final class Joined {

		private final Ruleset base;

		private final Ruleset asked;

		private Joined(Ruleset base, Ruleset asked) {
			this.base = base;
			this.asked = asked;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Joined that && this.base == that.base && this.asked == that.asked;
		}

		@Override
		public int hashCode() {
			return 31 * System.identityHashCode(this.base) + System.identityHashCode(this.asked);
		}

	}

	@Autowired
	Guardrails(GuardrailProperties properties, DynamoStore store, BedrockGuardrails bedrock, MeterRegistry registry) {
		this(properties, store, (rule, stage, text) -> bedrock.apply(rule.identifier(), rule.version(), stage, text),
				registry, Ticker.systemTicker(), (task) -> Thread.ofVirtual().name("guardrail-refresh").start(task));
	}

	Guardrails(GuardrailProperties properties, DynamoStore store, BedrockEngine bedrock, MeterRegistry registry,
			Ticker ticker, Executor executor) {
		this.properties = properties;
		this.store = new PolicyStore(store);
		this.engines = new Engines(bedrock, new GuardrailMeters(registry));
		this.shelf = new PolicyShelf(this.store, (stored) -> prepare(stored.name(), "stored", parse(stored)),
				properties.refresh(), ticker, executor);
		BuiltInPolicies.read().forEach((name, policy) -> own(name, policy, PolicySource.BUILT_IN));
		properties.read().forEach((name, policy) -> own(name, policy, PolicySource.CONFIGURATION));
		Gauge.builder("sluice.guardrail.unread", this.shelf, PolicyShelf::unread)
			.description("Policies of which the store could never be asked; the configured ones hold instead")
			.register(registry);
	}

	/**
	 * A guard for one generation. Waits for the store only for a name of which nothing is
	 * known yet.
	 * @param ofTemplate the policy that the template names; the default one if it names
	 * none
	 * @param requested the policy that the request names, which only makes it stricter
	 * @throws PromptException naming the policy: {@code NOT_FOUND} for the template's,
	 * {@code INVALID} for the requested one if there is none of that name;
	 * {@code STORE_UNAVAILABLE} or {@code GUARDRAIL_UNAVAILABLE} if it cannot be told
	 */
	public Guard guard(String tenant, @Nullable String ofTemplate, @Nullable String requested) {
		Ruleset base = (ofTemplate != null) ? named(tenant, ofTemplate)
				: find(tenant, this.properties.defaultPolicy(), false);
		if (base == null) {
			throw notFound((ofTemplate != null) ? ofTemplate : this.properties.defaultPolicy());
		}
		if (requested == null) {
			return new Guard(base, this.engines);
		}
		Ruleset asked = named(tenant, requested);
		if (asked == null) {
			throw PromptException.invalid("guardrail", "names a policy that does not exist: " + requested);
		}
		return new Guard(this.joined.get(new Joined(base, asked),
				(both) -> both.base.and(both.asked, this.properties.holdBack())), this.engines);
	}

	private @Nullable Ruleset named(String tenant, String name) {
		if (!PolicyNames.isNone(name) && !PolicyNames.isValid(name)) {
			throw PromptException.invalid("guardrail", PolicyNames.RULE);
		}
		return find(tenant, name, true);
	}

	/**
	 * A policy, {@code null} if there is none.
	 * @param byName whether somebody named it; then nothing runs unguarded because the
	 * store could not be asked
	 */
	private @Nullable Ruleset find(String tenant, String name, boolean byName) {
		if (PolicyNames.isNone(name)) {
			return Ruleset.NONE;
		}
		Ruleset configured = this.own.get(name);
		return switch (this.shelf.get(tenant, name)) {
			case Known.Stored(Ruleset rules, var _) -> rules;
			case Known.Absent _ -> configured;
			case Known.Unread _ -> {
				if (configured == null || byName && !configured.acts()) {
					throw new PromptException(Reason.STORE_UNAVAILABLE,
							"The guardrail policy " + name + " cannot be read for now");
				}
				yield configured;
			}
			case Known.Unreadable _ -> throw new PromptException(Reason.GUARDRAIL_UNAVAILABLE,
					"The stored guardrail policy " + name + " makes no sense; store it anew");
		};
	}

	private void own(String name, GuardrailPolicy policy, PolicySource source) {
		this.own.put(name, prepare(name, name, policy));
		this.sources.put(name, source);
	}

	private Ruleset prepare(String name, String label, GuardrailPolicy policy) {
		return Ruleset.of(name, label, policy, this.properties.holdBack());
	}

	private static GuardrailPolicy parse(StoredPolicy stored) {
		return PolicyReader.read(JsonMapper.shared().readTree(stored.json()));
	}

	private static PromptException notFound(String name) {
		return new PromptException(Reason.NOT_FOUND, "There is no guardrail policy " + Fields.shortened(name));
	}

}
