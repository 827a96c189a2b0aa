package dev.sluice.prompt.guardrail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/** The policies that come with Sluice. */
final class BuiltInPolicies {

	private BuiltInPolicies() {
	}

	static Map<String, GuardrailPolicy> read() {
		Map<String, GuardrailPolicy> policies = new LinkedHashMap<>();
		for (String name : List.of("default", "strict")) {
			try (InputStream file = BuiltInPolicies.class.getResourceAsStream("/guardrails/" + name + ".json")) {
				policies.put(name, PolicyReader.read(JsonMapper.shared().readTree(file)));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return policies;
	}

}
