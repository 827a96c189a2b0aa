package dev.sluice.model;

import java.util.List;
import java.util.Map;

import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is asked.
 *
 * @param modelId the provider's own id or ARN
 * @param metadata labels for the provider's invocation log
 */
public record ModelRequest(String modelId, @Nullable String system, List<Message> messages, Parameters parameters,
		Map<String, String> metadata) {

	public ModelRequest {
		messages = List.copyOf(messages);
		metadata = Map.copyOf(metadata);
	}

}
