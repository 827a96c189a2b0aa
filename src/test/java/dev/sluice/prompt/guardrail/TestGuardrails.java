package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.testing.NoChangeLog;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import tools.jackson.databind.json.JsonMapper;

/** Guards and policies for tests. */
final class TestGuardrails {

	static final GuardrailProperties DEFAULTS = new GuardrailProperties("default", 256, Duration.ofSeconds(5),
			Map.of());

	static final Duration PATIENCE = Duration.ofSeconds(20);

	static final BedrockEngine NO_BEDROCK = (rule, stage, text) -> {
		throw new AssertionError("Bedrock is asked");
	};

	private TestGuardrails() {
	}

	/** Guardrails whose refreshing happens at once, on the thread that asks. */
	static Guardrails create(GuardrailProperties properties, DynamoStore store, Ticker ticker) {
		return new Guardrails(properties, store, NO_BEDROCK, new SimpleMeterRegistry(), ticker, Runnable::run,
				new NoChangeLog());
	}

	static Guardrails create() {
		return create(DEFAULTS, TestStore.create(), Ticker.systemTicker());
	}

	static GuardrailPolicy policy(String json) {
		return PolicyReader.read(JsonMapper.shared().readTree(json));
	}

	/** A guard by a policy that nobody stored. */
	static Guard guard(String json) {
		return guard(json, NO_BEDROCK);
	}

	static Guard guard(String json, BedrockEngine bedrock) {
		return new Guard(Ruleset.of("test", "test", policy(json), 256),
				new Engines(bedrock, new GuardrailMeters(new SimpleMeterRegistry())));
	}

}
