package dev.sluice.orchestration.generation;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Usage;

/** Tokens of a call whose backend never told, at about four characters each. */
final class EstimatedUsage {

	private static final int CHARACTERS_PER_TOKEN = 4;

	private EstimatedUsage() {
	}

	static Usage of(ModelRequest request, EventLog log) {
		long input = (request.system() != null) ? request.system().length() : 0;
		input += request.messages().stream().flatMap((message) -> message.content().stream()).mapToLong((part) -> {
			// The cost of binary content has nothing to do with its length.
			return (part instanceof ContentPart.Image || part instanceof ContentPart.Document) ? 0 : part.size();
		}).sum();
		long output = 0;
		for (long sequence = 1; sequence <= log.last(); sequence++) {
			LoggedEvent logged = log.read(sequence);
			output += (logged != null) ? switch (logged.event()) {
				case GenerationEvent.Delta(String text) -> text.length();
				case GenerationEvent.Reasoning(String text) -> text.length();
				case GenerationEvent.ToolCall(ContentPart.ToolUse tool) -> tool.size();
				case GenerationEvent.Part _, GenerationEvent.Started _, GenerationEvent.End _ -> 0;
			} : 0;
		}
		return new Usage(tokens(input), tokens(output), 0, 0, true);
	}

	private static long tokens(long characters) {
		return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
	}

}
