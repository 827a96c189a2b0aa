package dev.sluice.model;

import java.util.List;
import java.util.Map;

import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.ProviderGuardrail;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is asked.
 *
 * @param modelId the provider's own id or ARN
 * @param metadata labels for the provider's invocation log
 * @param guardrail what the provider looks at the prompt and its answer with, if anything
 */
public record ModelRequest(String modelId, @Nullable String system, List<Message> messages, Parameters parameters,
		Map<String, String> metadata, @Nullable ProviderGuardrail guardrail) {

	public ModelRequest {
		messages = List.copyOf(messages);
		metadata = Map.copyOf(metadata);
	}

	/** A request without a guardrail of the provider's. */
	public ModelRequest(String modelId, @Nullable String system, List<Message> messages, Parameters parameters,
			Map<String, String> metadata) {
		this(modelId, system, messages, parameters, metadata, null);
	}

}
