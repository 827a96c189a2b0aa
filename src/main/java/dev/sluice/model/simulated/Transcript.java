package dev.sluice.model.simulated;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;

/** What a request says, in lines a person can read. */
final class Transcript {

	static final String PARAMETERS = "parameters: ";

	private static final String CACHE_POINT = "[cache point]";

	private Transcript() {
	}

	static String of(ModelRequest request) {
		StringJoiner lines = new StringJoiner("\n");
		lines.add("This is the simulated model %s. It was sent:".formatted(request.modelId()));
		if (request.system() != null) {
			lines.add("system: " + request.system());
			if (request.cachePoints().system()) {
				lines.add(CACHE_POINT);
			}
		}
		List<Message> messages = request.messages();
		for (int i = 0; i < messages.size(); i++) {
			for (ContentPart part : messages.get(i).content()) {
				lines.add(messages.get(i).role().name().toLowerCase(Locale.ROOT) + ": " + describe(part));
			}
			if (request.cachePoints().messages().contains(i)) {
				lines.add(CACHE_POINT);
			}
		}
		String parameters = describe(request.parameters());
		if (!parameters.isEmpty()) {
			lines.add(PARAMETERS + parameters);
		}
		return lines.toString();
	}

	private static String describe(ContentPart part) {
		return switch (part) {
			case ContentPart.Text(String text) -> text;
			case ContentPart.Image(String format, String data) ->
				"[image %s, %d bytes]".formatted(format, decodedLength(data));
			case ContentPart.Document(String format, String name, String data) ->
				"[document %s %s, %d bytes]".formatted(format, name, decodedLength(data));
			case ContentPart.Reasoning(String text, var _) -> "[reasoning] " + text;
			case ContentPart.RedactedReasoning _ -> "[redacted reasoning]";
			case ContentPart.ToolUse(var _, String name, String input) -> "[tool %s] %s".formatted(name, input);
			case ContentPart.Citation(String json) -> "[citation] " + json;
			case ContentPart.Other(String kind, String json) -> "[%s] %s".formatted(kind, json);
		};
	}

	private static int decodedLength(String base64) {
		int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
		return base64.length() / 4 * 3 - padding;
	}

	private static String describe(Parameters parameters) {
		StringJoiner values = new StringJoiner(", ");
		if (parameters.maxTokens() != null) {
			values.add("maxTokens=" + parameters.maxTokens());
		}
		if (parameters.temperature() != null) {
			values.add("temperature=" + parameters.temperature());
		}
		if (parameters.topP() != null) {
			values.add("topP=" + parameters.topP());
		}
		if (!parameters.stopSequences().isEmpty()) {
			values.add("stopSequences=" + parameters.stopSequences());
		}
		return values.toString();
	}

}
