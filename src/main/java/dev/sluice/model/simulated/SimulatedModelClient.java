package dev.sluice.model.simulated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelEventSink;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.TokenCounter;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Usage;

/**
 * Answers with a {@link Transcript} of the request. A word and the blanks behind it count
 * as one token; the token limit and the stop sequences are kept.
 */
final class SimulatedModelClient implements ModelClient, TokenCounter {

	private final SimulatedProperties properties;

	SimulatedModelClient(SimulatedProperties properties) {
		this.properties = properties;
	}

	@Override
	public ModelReply converse(ModelRequest request, CallScope scope) {
		StringBuilder text = new StringBuilder();
		ModelEvent.Finished[] end = new ModelEvent.Finished[1];
		converseStream(request, (event) -> {
			switch (event) {
				case ModelEvent.Text(String piece) -> text.append(piece);
				case ModelEvent.Finished finished -> end[0] = finished;
				case ModelEvent.Reasoning _, ModelEvent.Part _ -> throw new IllegalStateException(event.toString());
			}
		}, scope);
		List<ContentPart> content = text.isEmpty() ? List.of() : List.of(new ContentPart.Text(text.toString()));
		return new ModelReply(content, end[0].reason(), end[0].usage());
	}

	@Override
	public void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope) {
		scope.check();
		String transcript = Transcript.of(request);
		int cut = firstStop(transcript, request.parameters().stopSequences());
		String answer = (cut < 0) ? transcript : transcript.substring(0, cut);
		List<String> tokens = tokens(answer);
		FinishReason reason = (cut < 0) ? FinishReason.END_TURN : FinishReason.STOP_SEQUENCE;
		Integer limit = request.parameters().maxTokens();
		if (limit != null && tokens.size() > limit) {
			tokens = tokens.subList(0, limit);
			reason = FinishReason.MAX_TOKENS;
		}
		pause(this.properties.firstToken(), scope);
		for (int i = 0; i < tokens.size(); i++) {
			if (i > 0) {
				pause(this.properties.betweenTokens(), scope);
			}
			sink.accept(new ModelEvent.Text(tokens.get(i)));
			sink.flush();
		}
		sink.accept(new ModelEvent.Finished(reason, Usage.of(tokens(transcript).size(), tokens.size())));
		sink.flush();
	}

	@Override
	public OptionalLong countTokens(ModelRequest request) {
		return OptionalLong.of(tokens(Transcript.of(request)).size());
	}

	private static void pause(Duration duration, CallScope scope) {
		if (duration.isPositive()) {
			scope.sleep(duration);
		}
		scope.check();
	}

	/**
	 * Where the answer stops; the line that repeats the parameters, stop sequences among
	 * them, does not count.
	 */
	private static int firstStop(String transcript, List<String> stopSequences) {
		int end = stopSequences.isEmpty() ? 0 : transcript.lastIndexOf(Transcript.PARAMETERS);
		return stopSequences.stream()
			.mapToInt(transcript::indexOf)
			.filter((at) -> at >= 0 && at < end)
			.min()
			.orElse(-1);
	}

	private static List<String> tokens(String text) {
		List<String> tokens = new ArrayList<>();
		int start = 0;
		for (int i = 1; i < text.length(); i++) {
			if (Character.isWhitespace(text.charAt(i - 1)) && !Character.isWhitespace(text.charAt(i))) {
				tokens.add(text.substring(start, i));
				start = i;
			}
		}
		if (start < text.length()) {
			tokens.add(text.substring(start));
		}
		return tokens;
	}

}
