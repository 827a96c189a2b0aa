package dev.sluice.orchestration.generation;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.model.message.ContentPart;
import org.jspecify.annotations.Nullable;

/**
 * An answer put together from the events of its log, as far as it has come.
 *
 * @param content the parts, neighbouring pieces of text joined
 * @param text all text, joined
 */
public record Output(List<ContentPart> content, String text) {

	public Output {
		content = List.copyOf(content);
	}

	static Output of(EventLog log) {
		Fold fold = new Fold();
		LoggedEvent logged = log.read(1);
		while (logged != null) {
			fold.add(logged.event());
			logged = log.read(logged.sequence() + 1);
		}
		return fold.output();
	}

	/** The text alone, which costs less than the parts. */
	static String textOf(EventLog log) {
		String first = "";
		StringBuilder all = null;
		long last = log.last();
		for (long sequence = 1; sequence <= last; sequence++) {
			LoggedEvent logged = log.read(sequence);
			if (logged == null || !(logged.event() instanceof GenerationEvent.Delta(String text))) {
				continue;
			}
			if (all != null) {
				all.append(text);
			}
			else if (first.isEmpty()) {
				first = text;
			}
			else {
				all = new StringBuilder(512).append(first).append(text);
			}
		}
		return (all != null) ? all.toString() : first;
	}

	private static final class Fold {

		private final List<ContentPart> content = new ArrayList<>(2);

		private final StringBuilder all = new StringBuilder();

		private final StringBuilder reasoning = new StringBuilder();

		private int textFrom;

		private void add(GenerationEvent event) {
			switch (event) {
				case GenerationEvent.Delta(String text) -> {
					endReasoning(null);
					this.all.append(text);
				}
				case GenerationEvent.Reasoning(String text) -> {
					endText();
					this.reasoning.append(text);
				}
				case GenerationEvent.ToolCall(ContentPart.ToolUse tool) -> addPart(tool);
				case GenerationEvent.Part(ContentPart.Reasoning(String text, String signature)) -> {
					endText();
					this.reasoning.append(text);
					endReasoning(signature);
				}
				case GenerationEvent.Part(ContentPart part) -> addPart(part);
				case GenerationEvent.Started _, GenerationEvent.End _ -> {
				}
			}
		}

		private void addPart(ContentPart part) {
			endText();
			endReasoning(null);
			this.content.add(part);
		}

		private void endText() {
			if (this.all.length() > this.textFrom) {
				this.content.add(new ContentPart.Text(this.all.substring(this.textFrom)));
				this.textFrom = this.all.length();
			}
		}

		private void endReasoning(@Nullable String signature) {
			if (!this.reasoning.isEmpty() || signature != null) {
				this.content.add(new ContentPart.Reasoning(this.reasoning.toString(), signature));
				this.reasoning.setLength(0);
			}
		}

		private Output output() {
			endText();
			endReasoning(null);
			String text = this.all.toString();
			return new Output(this.content, text);
		}

	}

}
