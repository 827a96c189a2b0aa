package dev.sluice.orchestration.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class PackedEventsTests {

	private static final GenerationEvent STARTED = new GenerationEvent.Started("g", "m");

	private static final GenerationEvent END = new GenerationEvent.Completed(FinishReason.END_TURN, Usage.NONE,
			GuardrailReport.NONE);

	@RepeatedTest(50)
	void readAsTheyWereWritten(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		List<GenerationEvent> events = new ArrayList<>();
		events.add(STARTED);
		for (int i = random.nextInt(40); i > 0; i--) {
			events.add(switch (random.nextInt(6)) {
				case 0 -> new GenerationEvent.Reasoning("hm " + i);
				case 1 -> new GenerationEvent.Part(new ContentPart.Citation("{}"));
				case 2 -> new GenerationEvent.Delta("");
				default -> new GenerationEvent.Delta("wörd \uD83D\uDE00 " + i);
			});
		}
		events.add(END);
		InMemoryEventLog log = log();
		events.forEach(log::append);

		log.pack();

		assertThat(log.last()).isEqualTo(events.size());
		for (int i = 0; i < events.size(); i++) {
			LoggedEvent read = log.read(i + 1);
			assertThat(read.sequence()).isEqualTo(i + 1);
			assertThat(read.event()).isEqualTo(events.get(i));
		}
		assertThat(log.read(0)).isNull();
		assertThat(log.read(events.size() + 1)).isNull();
	}

	@Test
	void takeLessThanBefore() {
		InMemoryEventLog log = log();
		log.append(STARTED);
		for (int i = 0; i < 1000; i++) {
			log.append(new GenerationEvent.Delta("word "));
		}
		log.append(END);
		long before = log.bytes();

		log.pack();

		assertThat(log.bytes()).isLessThan(before / 5);
	}

	private static InMemoryEventLog log() {
		return new InMemoryEventLog(new LogLimits(10_000, DataSize.ofMegabytes(1), DataSize.ofMegabytes(1)),
				(bytes) -> {
				});
	}

}
