package dev.sluice.orchestration.generation;

import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class OutputTests {

	private static final ContentPart.ToolUse TOOL = new ContentPart.ToolUse("t1", "weather", "{}");

	private final InMemoryEventLog log = new InMemoryEventLog(
			new LogLimits(100, DataSize.ofKilobytes(100), DataSize.ofKilobytes(100)), (bytes) -> {
			});

	@Test
	void joinsNeighbouringPiecesAndKeepsTheOrderOfParts() {
		append(new GenerationEvent.Started("g", "m"), new GenerationEvent.Reasoning("Let me "),
				new GenerationEvent.Reasoning("see"),
				new GenerationEvent.Part(new ContentPart.Reasoning("", "signature")), new GenerationEvent.Delta("Hel"),
				new GenerationEvent.Delta("lo"), new GenerationEvent.ToolCall(TOOL), new GenerationEvent.Delta("!"),
				new GenerationEvent.Completed(FinishReason.END_TURN, Usage.NONE, GuardrailReport.NONE));

		assertThat(Output.of(this.log))
			.isEqualTo(new Output(List.of(new ContentPart.Reasoning("Let me see", "signature"),
					new ContentPart.Text("Hello"), TOOL, new ContentPart.Text("!")), "Hello!"));
		assertThat(Output.textOf(this.log)).isEqualTo("Hello!");
	}

	@Test
	void takesWhatIsThereOfAnAnswerThatRunsOn() {
		append(new GenerationEvent.Started("g", "m"), new GenerationEvent.Delta("Hel"));

		assertThat(Output.of(this.log).text()).isEqualTo("Hel");
		assertThat(Output.textOf(this.log)).isEqualTo("Hel");
	}

	@Test
	void isEmptyBeforeTheFirstWord() {
		assertThat(Output.of(this.log)).isEqualTo(new Output(List.of(), ""));
		assertThat(Output.textOf(this.log)).isEmpty();
	}

	private void append(GenerationEvent... events) {
		for (GenerationEvent event : events) {
			this.log.append(event);
		}
	}

}
