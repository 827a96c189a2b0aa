package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.sluice.prompt.terms.PromptException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Guardrail policies. One that is stored goes before one of that name here, and that
 * before one that is built in.
 *
 * @param defaultPolicy the policy of every generation whose template names none; `none`
 * for no policy
 * @param holdBack most characters of an answer that wait for what follows, where a policy
 * does not say; 64 to 4096
 * @param refresh how old what was read of stored policies may get before it is read
 * again, behind the requests
 * @param policies policies by name: `sluice.guardrail.policies.NAME.*`, with the fields
 * that the JSON of a policy has
 */
@ConfigurationProperties("sluice.guardrail")
record GuardrailProperties(@DefaultValue("default") String defaultPolicy, @DefaultValue("256") int holdBack,
		@DefaultValue("5s") Duration refresh, Map<String, Map<String, Object>> policies) {

	GuardrailProperties {
		policies = (policies != null) ? Map.copyOf(policies) : Map.of();
		if (holdBack < PolicyReader.SHORTEST_HOLD_BACK || holdBack > PolicyReader.LONGEST_HOLD_BACK) {
			throw new IllegalArgumentException("sluice.guardrail.hold-back must be from "
					+ PolicyReader.SHORTEST_HOLD_BACK + " to " + PolicyReader.LONGEST_HOLD_BACK);
		}
		if (!refresh.isPositive()) {
			throw new IllegalArgumentException("sluice.guardrail.refresh must be above 0");
		}
		read(policies);
		if (!PolicyNames.isNone(defaultPolicy) && !PolicyNames.isValid(defaultPolicy)) {
			throw new IllegalArgumentException(
					"sluice.guardrail.default-policy: '%s' is not the name of a policy".formatted(defaultPolicy));
		}
	}

	/** The policies by name. */
	Map<String, GuardrailPolicy> read() {
		return read(this.policies);
	}

	private static Map<String, GuardrailPolicy> read(Map<String, Map<String, Object>> policies) {
		Map<String, GuardrailPolicy> all = new LinkedHashMap<>();
		policies.forEach((name, settings) -> {
			String path = "sluice.guardrail.policies." + name;
			if (!PolicyNames.isValid(name)) {
				throw new IllegalArgumentException(path + ": the name " + PolicyNames.RULE);
			}
			try {
				all.put(name, PolicyReader.readSettings(SettingsTree.of(settings), path));
			}
			catch (PromptException ex) {
				throw new IllegalArgumentException(ex.detail());
			}
		});
		return all;
	}

}
