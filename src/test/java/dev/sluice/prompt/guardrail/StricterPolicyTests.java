package dev.sluice.prompt.guardrail;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class StricterPolicyTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					"pii":{"EMAIL":"mask"}                | "pii":{"EMAIL":"flag"}              | "pii":{"EMAIL":"mask"}
					"pii":{"EMAIL":"flag"}                | "pii":{"EMAIL":"block"}             | "pii":{"EMAIL":"block"}
					"pii":{"EMAIL":{"input":"mask"}}      | "pii":{"EMAIL":{"output":"flag"}}   | "pii":{"EMAIL":{"input":"mask","output":"flag"}}
					"pii":{"EMAIL":"mask"}                | "pii":{"*":"flag"}                  | "pii":{"*":"flag","EMAIL":"mask"}
					"pii":{"*":"mask","URL":"none"}       | "pii":{"URL":"flag"}                | "pii":{"*":"mask","URL":"flag"}
					"pii":{"EMAIL":"mask"}                | "enabled":false,"pii":{"*":"block"} | "pii":{"EMAIL":"mask"}
					"enabled":false                       | "pii":{"EMAIL":"mask"}              | "pii":{"EMAIL":"mask"}
					"promptAttack":{"threshold":0.9,"action":"flag"} | "promptAttack":{"threshold":0.5} | "promptAttack":{"threshold":0.5,"action":"block"}
					"promptAttack":{"threshold":0.4}      | "promptAttack":{"action":"flag"}    | "promptAttack":{"threshold":0.4,"action":"block"}
					"pii":{"EMAIL":"mask"},"onFailure":"open"  | "pii":{"EMAIL":"mask"}                    | "pii":{"EMAIL":"mask"},"onFailure":"block"
					"pii":{"EMAIL":"mask"},"onFailure":"block" | "pii":{"EMAIL":"mask"},"onFailure":"open" | "pii":{"EMAIL":"mask"},"onFailure":"block"
					"pii":{"EMAIL":"mask"},"reversible":true   | "pii":{"EMAIL":"mask"}                    | "pii":{"EMAIL":"mask"}
					"pii":{"EMAIL":"mask"}                | "pii":{"EMAIL":"mask"},"reversible":true   | "pii":{"EMAIL":"mask"}
					"words":[{"text":"Ab","action":"flag"}] | "words":[{"text":"aB","action":"block"},{"text":"c","action":"flag"}] | "words":[{"text":"Ab","action":"block"},{"text":"c","action":"flag"}]
					"regexes":[{"name":"a","pattern":"b","action":"flag"}] | "regexes":[{"name":"a","pattern":"c","action":"flag"},{"name":"a","pattern":"b","action":"mask"}] | "regexes":[{"name":"a","pattern":"b","action":"mask"},{"name":"a","pattern":"c","action":"flag"}]
					"bedrock":{"identifier":"a"}          | "bedrock":{"identifier":"a"}        | "bedrock":{"identifier":"a"}
					"bedrock":{"identifier":"a","mode":"converse-async"} | "bedrock":{"identifier":"a","mode":"converse"} | "bedrock":{"identifier":"a","mode":"converse"}
					"bedrock":{"identifier":"a","mode":"converse"} | "bedrock":{"identifier":"a","mode":"converse-async"} | "bedrock":{"identifier":"a","mode":"converse"}
					"pii":{"EMAIL":"mask"},"messages":{"input":"one"} | "pii":{"EMAIL":"mask"},"messages":{"input":"other","output":"two"} | "pii":{"EMAIL":"mask"},"messages":{"input":"one","output":"two"}
					"pii":{"EMAIL":"mask"},"holdBack":300 | "pii":{"EMAIL":"mask"},"holdBack":100 | "pii":{"EMAIL":"mask"},"holdBack":300
					"pii":{"EMAIL":"mask"}                | "pii":{"EMAIL":"mask"},"holdBack":64  | "pii":{"EMAIL":"mask"},"holdBack":256
					"pii":{"EMAIL":"mask"},"audit":{"text":true} | "pii":{"EMAIL":"mask"}         | "pii":{"EMAIL":"mask"},"audit":{"text":true}
					"pii":{"EMAIL":"mask"}                | "pii":{"EMAIL":"mask"},"audit":{"text":true} | "pii":{"EMAIL":"mask"}
					"enabled":false                       | "pii":{"EMAIL":"mask"},"audit":{"text":true} | "pii":{"EMAIL":"mask"}""")
	void theStricterHolds(String base, String asked, String expected) {
		GuardrailPolicy joined = join(base, asked);

		assertThat(comparable(joined)).isEqualTo(comparable(TestGuardrails.policy("{" + expected + "}")));
	}

	/** The model call takes one guardrail only. */
	@Test
	void aSecondGuardrailOfBedrockIsAppliedBySluice() {
		GuardrailPolicy joined = join("\"bedrock\":{\"identifier\":\"a\",\"mode\":\"converse\"}",
				"\"bedrock\":{\"identifier\":\"b\",\"mode\":\"converse\"}");
		Ruleset rules = Ruleset.of("a", "a", joined, 256);

		assertThat(rules.provider().identifier()).isEqualTo("a");
		assertThat(rules.applied()).extracting(GuardrailPolicy.BedrockRule::identifier).containsExactly("b");
	}

	private static GuardrailPolicy join(String base, String asked) {
		return StricterPolicy.of(TestGuardrails.policy("{" + base + "}"), TestGuardrails.policy("{" + asked + "}"),
				256);
	}

	/** What a policy comes to, however it is written. */
	private static String comparable(GuardrailPolicy policy) {
		Ruleset rules = Ruleset.of("a", "a", policy, 256);
		StringBuilder all = new StringBuilder();
		for (var type : dev.sluice.prompt.guardrail.local.PiiType.values()) {
			Treatment.ByStage treatment = policy.treatmentOf(type.name());
			all.append(treatment.equals(Treatment.ByStage.NONE) ? "" : type + "=" + treatment + "\n");
		}
		return all + "%s %s %s %s %s %s %s %d %s".formatted(policy.regexes(), policy.words(), policy.promptAttack(),
				policy.bedrock(), policy.messages(), policy.failOpen(), policy.reversible(), rules.holdBack(),
				policy.audit().equals(GuardrailPolicy.Audit.DEFAULTS) ? Duration.ZERO : policy.audit());
	}

}
