package dev.sluice.api.stomp;

import java.util.Arrays;

import dev.sluice.api.GenerationJson;
import dev.sluice.api.Problem;
import dev.sluice.orchestration.generation.Generation;
import dev.sluice.orchestration.generation.GenerationEvent;
import dev.sluice.orchestration.generation.LoggedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The JSON of messages to one client about one generation. */
final class StompMessages {

	/** What all clients are told of an event; a client's own fields go before it. */
	private static final LoggedEvent.Encoding EVENT = (logged) -> GenerationJson
		.object((json) -> writeFields(json, logged));

	private final byte[] prefix;

	private final Generation generation;

	private final @Nullable String requestId;

	StompMessages(Generation generation, @Nullable String requestId) {
		this.generation = generation;
		this.requestId = requestId;
		byte[] own = GenerationJson.object(this::writeOwnFields);
		own[own.length - 1] = ',';
		this.prefix = own;
	}

	/** The request was taken. */
	byte[] accepted() {
		return GenerationJson.object((json) -> {
			json.writeStringProperty("type", "accepted");
			writeOwnFields(json);
			json.writeStringProperty("status", "running");
			json.writeStringProperty("model", this.generation.model());
		});
	}

	/** An event. */
	byte[] of(LoggedEvent event) {
		byte[] shared = event.as(EVENT, this.generation.log().shared());
		byte[] message = Arrays.copyOf(this.prefix, this.prefix.length + shared.length - 1);
		System.arraycopy(shared, 1, message, this.prefix.length, shared.length - 1);
		return message;
	}

	/** The last event, with the whole output. */
	byte[] withOutput(LoggedEvent event) {
		return GenerationJson.object((json) -> {
			writeOwnFields(json);
			writeFields(json, event);
			GenerationJson.writeOutput(json, this.generation);
		});
	}

	/** A request that was refused. */
	static byte[] failed(Problem problem, @Nullable String requestId) {
		return GenerationJson.object((json) -> {
			json.writeStringProperty("type", "failed");
			if (requestId != null) {
				json.writeStringProperty("requestId", requestId);
			}
			writeProblem(json, problem);
		});
	}

	private void writeOwnFields(JsonGenerator json) {
		json.writeStringProperty("generationId", this.generation.id());
		if (this.requestId != null) {
			json.writeStringProperty("requestId", this.requestId);
		}
	}

	private static void writeFields(JsonGenerator json, LoggedEvent logged) {
		json.writeStringProperty("type", GenerationJson.typeOf(logged.event()));
		json.writeNumberProperty("sequence", logged.sequence());
		if (logged.event() instanceof GenerationEvent.Failed failed) {
			// A problem has a type of its own, so it stands apart.
			writeProblem(json, Problem.of(failed, null));
			GenerationJson.writeUsed(json, failed);
		}
		else {
			GenerationJson.writeFields(json, logged.event());
		}
	}

	private static void writeProblem(JsonGenerator json, Problem problem) {
		json.writeStringProperty("code", problem.code());
		json.writeObjectPropertyStart("problem");
		GenerationJson.writeFields(json, problem);
		json.writeEndObject();
	}

}
