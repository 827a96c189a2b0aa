package dev.sluice.orchestration.generation;

import java.util.List;
import java.util.Map;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants, whichever door it came through.
 *
 * @param door the door's name, for the meters
 * @param model an alias of the catalogue, {@code null} for the default
 * @param metadata the caller's labels, at most 16
 * @param traceId what the log calls the request
 */
public record GenerationRequest(String door, @Nullable String model, @Nullable String system, List<Message> messages,
		Parameters parameters, OnDisconnect onDisconnect, Map<String, String> metadata, @Nullable String traceId) {

	public GenerationRequest {
		messages = List.copyOf(messages);
		metadata = Map.copyOf(metadata);
	}

	/** The same request with another answer to a reader's leaving. */
	public GenerationRequest with(OnDisconnect other) {
		return new GenerationRequest(this.door, this.model, this.system, this.messages, this.parameters, other,
				this.metadata, this.traceId);
	}

	/** About what it takes in memory: its text, and once more as the backend reads it. */
	long bytes() {
		long characters = (this.system != null) ? this.system.length() : 0;
		for (Message message : this.messages) {
			for (ContentPart part : message.content()) {
				characters += part.size();
			}
		}
		return 3 * characters;
	}

}
