package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.sluice.prompt.guardrail.GuardrailPolicy.Audit;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule.Mode;
import dev.sluice.prompt.guardrail.GuardrailPolicy.Messages;
import dev.sluice.prompt.guardrail.GuardrailPolicy.PromptAttackRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.RegexRule;
import dev.sluice.prompt.guardrail.GuardrailPolicy.WordRule;
import dev.sluice.prompt.terms.PromptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PolicyReaderTests {

	private static final String FULL = """
			{"description":"Everything at once","enabled":true,
			 "pii":{"*":"flag","EMAIL":"mask","PHONE":{"input":"mask","output":"flag","tool":"mask"},
			        "URL":{"output":"block"},"NAME":"block"},
			 "regexes":[{"name":"Account Number","pattern":"AC-[0-9]{6}","action":"mask","maxLength":9}],
			 "words":[{"text":"Project Falcon","action":{"output":"block","tool":"none"}}],
			 "promptAttack":{"action":"flag","threshold":0.5},
			 "bedrock":{"identifier":"gr1abc","version":"3","mode":"converse-async"},
			 "messages":{"input":"No.","output":"Not that."},
			 "onFailure":"open","reversible":true,"holdBack":512,"audit":{"text":true,"retention":"P90D"}}""";

	private static final Treatment.ByStage MASK = new Treatment.ByStage(Treatment.MASK, Treatment.MASK, Treatment.MASK);

	private static final GuardrailPolicy FULL_POLICY = new GuardrailPolicy("Everything at once", true,
			Map.of("*", new Treatment.ByStage(Treatment.FLAG, Treatment.FLAG, Treatment.FLAG), "EMAIL", MASK, "PHONE",
					new Treatment.ByStage(Treatment.MASK, Treatment.FLAG, Treatment.MASK), "URL",
					new Treatment.ByStage(Treatment.NONE, Treatment.BLOCK, Treatment.BLOCK), "NAME",
					new Treatment.ByStage(Treatment.BLOCK, Treatment.BLOCK, Treatment.BLOCK)),
			List.of(new RegexRule("Account Number", "AC-[0-9]{6}", 9, MASK)),
			List.of(new WordRule("Project Falcon",
					new Treatment.ByStage(Treatment.NONE, Treatment.BLOCK, Treatment.NONE))),
			new PromptAttackRule(Treatment.FLAG, 0.5),
			List.of(new BedrockRule("gr1abc", "3", Mode.CONVERSE_ASYNC, 1000)), new Messages("No.", "Not that."), true,
			true, 512, new Audit(true, Duration.ofDays(90)));

	@Test
	void readsEveryField() {
		assertThat(read(FULL)).isEqualTo(FULL_POLICY);
	}

	@Test
	void writesWhatItReads() {
		assertThat(PolicyReader.read(PolicyWriter.write(FULL_POLICY))).isEqualTo(FULL_POLICY);
		assertThat(BuiltInPolicies.read().values())
			.allSatisfy((policy) -> assertThat(PolicyReader.read(PolicyWriter.write(policy))).isEqualTo(policy));
	}

	@Test
	void hasSafeDefaults() {
		GuardrailPolicy policy = read("""
				{"pii":{"EMAIL":"mask"},"regexes":[{"name":"a","pattern":"a","action":"flag"}],"promptAttack":{},
				 "bedrock":{"identifier":"gr1abc"}}""");

		assertThat(policy.enabled()).isTrue();
		assertThat(policy.failOpen()).isFalse();
		assertThat(policy.reversible()).isFalse();
		assertThat(policy.audit()).isEqualTo(new Audit(false, Duration.ofDays(30)));
		assertThat(policy.promptAttack()).isEqualTo(new PromptAttackRule(Treatment.BLOCK, 0.7));
		assertThat(policy.bedrock()).containsExactly(new BedrockRule("gr1abc", "DRAFT", Mode.APPLY, 1000));
		assertThat(policy.regexes()).extracting(RegexRule::maxLength).containsExactly(64);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[]                                                                         | The policy must be an object
					{}                                                                         | looks for nothing
					{"pii":{"EMAIL":"none"}}                                                   | looks for nothing
					{"pii":{"EMAIL":"mask"},"mode":"x"}                                        | mode is not a known field
					{"pii":{"E-MAIL":"mask"}}                                                  | pii.E-MAIL is not a known type
					{"pii":{"email":"mask"}}                                                   | pii.email is not a known type
					{"pii":{"NAME":"mask"}}                                                    | pii.NAME can only be found by Bedrock
					{"pii":{"EMAIL":"hide"}}                                                   | pii.EMAIL must be none, flag, mask or block
					{"pii":{"EMAIL":{"input":"mask","all":"mask"}}}                            | pii.EMAIL.all is not a known field
					{"pii":{"EMAIL":{"tool":1}}}                                               | pii.EMAIL.tool must be none
					{"pii":["EMAIL"]}                                                          | pii must be an object
					{"regexes":[{"name":"a","pattern":"(a","action":"mask"}]}                  | regexes[0].pattern cannot be used
					{"regexes":[{"name":"a","pattern":"(?=a)","action":"mask"}]}               | regexes[0].pattern cannot be used
					{"regexes":[{"pattern":"a","action":"mask"}]}                              | regexes[0].name is missing
					{"regexes":[{"name":"a{b}","pattern":"a","action":"mask"}]}                | regexes[0].name must be letters
					{"regexes":[{"name":"Email","pattern":"a","action":"mask"}]}               | regexes[0].name is the name of a known type
					{"regexes":[{"name":"a","pattern":"a"}]}                                   | regexes[0].action is missing
					{"regexes":[{"name":"a","pattern":"a","action":"mask","maxLength":5000}]}  | regexes[0].maxLength must be a whole number from 1 to 4096
					{"holdBack":64,"regexes":[{"name":"a","pattern":"a","action":"mask","maxLength":65}]} | regexes[0].maxLength must be a whole number from 1 to 64
					{"words":[{"text":" ","action":"block"}]}                                  | words[0].text must have 1 to 100
					{"words":[{"text":"--","action":"block"}]}                                 | words[0].text cannot be used
					{"words":{"text":"a"}}                                                     | words must be a list
					{"promptAttack":{"action":"mask"}}                                         | promptAttack.action must be block or flag
					{"promptAttack":{"threshold":0}}                                           | promptAttack.threshold must be more than 0
					{"bedrock":{"identifier":"no such"}}                                       | bedrock.identifier must be the id
					{"bedrock":{"identifier":"a","version":"0"}}                               | bedrock.version must be DRAFT
					{"bedrock":{"identifier":"a","mode":"async"}}                              | bedrock.mode must be apply
					{"pii":{"EMAIL":"mask"},"onFailure":"closed"}                              | onFailure must be block or open
					{"pii":{"EMAIL":"mask"},"enabled":"yes"}                                   | enabled must be true or false
					{"pii":{"EMAIL":"mask"},"holdBack":63}                                     | holdBack must be a whole number from 64
					{"pii":{"EMAIL":"mask"},"holdBack":64.5}                                   | holdBack must be a whole number from 64
					{"pii":{"EMAIL":"mask"},"audit":{"retention":"30 days"}}                   | audit.retention must be a duration
					{"pii":{"EMAIL":"mask"},"audit":{"retention":"P4000D"}}                    | audit.retention must be a duration
					{"pii":{"EMAIL":"mask"},"messages":{"input":""}}                           | messages.input must have 1 to 500""")
	void refusesWhatDoesNotFitByName(String json, String expected) {
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> read(json))
			.withMessageContaining(expected)
			.extracting(PromptException::reason)
			.isEqualTo(PromptException.Reason.INVALID);
	}

	@Test
	void boundsTheNumberOfEverything() {
		String word = "{\"text\":\"a\",\"action\":\"block\"}";

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> read("{\"words\":[" + (word + ",").repeat(PolicyReader.MOST_WORDS) + word + "]}"))
			.withMessage("words must be a list of at most 1000");
	}

	/**
	 * As Spring binds them from files and the environment, where all values may be texts.
	 */
	@Test
	void readsSettings() {
		Map<String, Object> settings = new TreeMap<>();
		String prefix = "sluice.guardrail.policies.support.";
		settings.put(prefix + "description", "Everything at once");
		settings.put(prefix + "pii[*]", "flag");
		settings.put(prefix + "pii.email", "mask");
		settings.put(prefix + "pii.PHONE.input", "mask");
		settings.put(prefix + "pii.PHONE.output", "flag");
		settings.put(prefix + "pii.PHONE.tool", "mask");
		settings.put(prefix + "pii.url.output", "block");
		settings.put(prefix + "pii.NAME", "block");
		settings.put(prefix + "regexes[0].name", "Account Number");
		settings.put(prefix + "regexes[0].pattern", "AC-[0-9]{6}");
		settings.put(prefix + "regexes[0].action", "mask");
		settings.put(prefix + "regexes[0].max-length", "9");
		settings.put(prefix + "words[0].text", "Project Falcon");
		settings.put(prefix + "words[0].action.output", "block");
		settings.put(prefix + "words[0].action.tool", "none");
		settings.put(prefix + "prompt-attack.action", "flag");
		settings.put(prefix + "prompt-attack.threshold", 0.5);
		settings.put(prefix + "bedrock.identifier", "gr1abc");
		settings.put(prefix + "bedrock.version", 3);
		settings.put(prefix + "bedrock.mode", "converse-async");
		settings.put(prefix + "messages.input", "No.");
		settings.put(prefix + "messages.output", "Not that.");
		settings.put(prefix + "on-failure", "open");
		settings.put(prefix + "reversible", "true");
		settings.put(prefix + "hold-back", "512");
		settings.put(prefix + "audit.text", true);
		settings.put(prefix + "audit.retention", "P90D");
		settings.put("sluice.guardrail.policies.off.enabled", "false");

		Map<String, GuardrailPolicy> policies = bind(settings).read();

		assertThat(policies.get("support")).isEqualTo(FULL_POLICY);
		assertThat(policies.get("off").acts()).isFalse();
	}

	@Test
	void settingsThatDoNotFitStopTheStartByName() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> bind(Map.of("sluice.guardrail.policies.support.pii.E_MAIL", "mask")))
			.havingRootCause()
			.withMessage("sluice.guardrail.policies.support.pii.E_MAIL is not a known type");
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> bind(Map.of("sluice.guardrail.policies.support.enable", "false")))
			.havingRootCause()
			.withMessage("sluice.guardrail.policies.support.enable is not a known field");
	}

	private static GuardrailProperties bind(Map<String, ?> settings) {
		return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("sluice.guardrail",
				Bindable.of(GuardrailProperties.class));
	}

	static GuardrailPolicy read(String json) {
		return PolicyReader.read(JsonMapper.shared().readTree(json));
	}

}
