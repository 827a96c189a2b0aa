package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.model.CallScope;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.Usage;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.orchestration.node.SortableIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(20)
class ArchiveQueueTests {

	private final SortableIds ids = new SortableIds("gen_");

	@Test
	void takesMarkersFirstAndWhatWasPromisedNext() throws Exception {
		ArchiveQueue queue = queue(100, 1000);
		Generation other = ended();
		Generation promised = promised(ended());
		Generation running = running();
		queue.addEnded(other);
		queue.addEnded(promised);
		queue.addBegun(running);

		assertThat(List.of(queue.take(), queue.take(), queue.take())).containsExactly(
				new ArchiveQueue.Batch.Begun(List.of(running)), new ArchiveQueue.Batch.Ended(List.of(promised)),
				new ArchiveQueue.Batch.Ended(List.of(other)));
	}

	@Test
	void holdsNoMoreThanItMay() {
		ArchiveQueue queue = queue(3, 1000);
		List<Generation> all = IntStream.range(0, 5).mapToObj((_) -> ended()).toList();

		assertThat(all).extracting(queue::addEnded).containsExactly(0, 0, 0, 1, 1);
		assertThat(queue.size()).isEqualTo(3);
		assertThat(queue.find(all.get(2).id())).isSameAs(all.get(2));
		assertThat(queue.find(all.get(3).id())).isNull();
	}

	@Test
	void holdsNoMoreBytesThanItMay() {
		ArchiveQueue queue = queue(100, 10);

		assertThat(Stream.generate(() -> ended("x".repeat(1500))).limit(4)).extracting(queue::addEnded)
			.containsExactly(0, 0, 1, 1);
	}

	@Test
	void letsWhatWasPromisedPushOutTheOldestOthers() {
		ArchiveQueue queue = queue(3, 1000);
		List<Generation> others = List.of(ended(), ended(), ended());
		others.forEach(queue::addEnded);

		assertThat(Stream.generate(() -> promised(ended())).limit(4)).extracting(queue::addEnded)
			.containsExactly(1, 1, 1, 1);
		assertThat(others).allSatisfy((other) -> assertThat(queue.find(other.id())).isNull());
		assertThat(queue.size()).isEqualTo(3);
	}

	@Test
	void countsWhatIsBeingWrittenUntilItIsDone() throws Exception {
		ArchiveQueue queue = queue(1, 1000);
		Generation first = ended();
		queue.addEnded(first);
		queue.take();

		assertThat(queue.addEnded(ended())).isOne();
		assertThat(queue.find(first.id())).isSameAs(first);
		queue.done(first);

		assertThat(queue.find(first.id())).isNull();
		assertThat(queue.addEnded(ended())).isZero();
	}

	@Test
	void takesNoMoreMarkersThanItMay() {
		ArchiveQueue queue = queue(2, 1000);

		assertThat(Stream.generate(this::running).limit(3)).extracting(queue::addBegun)
			.containsExactly(true, true, false);
	}

	@Test
	void forgetsMarkersOfWhatHasEnded() throws Exception {
		ArchiveQueue queue = queue(10, 1000);
		Generation running = running();
		queue.addBegun(ended());
		queue.addBegun(running);

		queue.dropLateMarkers();

		assertThat(queue.take().generations()).containsExactly(running);
	}

	@Test
	void endsThoseWhoWait() throws Exception {
		ArchiveQueue queue = queue(10, 1000);
		queue.close();

		assertThat(queue.take()).isNull();
		assertThat(queue.pause(Duration.ofMinutes(1))).isFalse();
	}

	private static ArchiveQueue queue(int count, int kilobytes) {
		return new ArchiveQueue(new ArchiveLimits(Duration.ofHours(1), count, DataSize.ofKilobytes(kilobytes)));
	}

	private Generation ended() {
		return ended("hi");
	}

	private Generation ended(String text) {
		Generation generation = running();
		generation.writableLog().append(new GenerationEvent.Delta(text));
		generation.end(new GenerationEvent.Cancelled(Usage.NONE, GuardrailReport.NONE));
		generation.writableLog().pack();
		return generation;
	}

	private static Generation promised(Generation generation) {
		generation.receipt(new Receipt());
		return generation;
	}

	private Generation running() {
		Generation generation = new Generation(Caller.anonymous("ann"),
				new GenerationEvent.Started(this.ids.next(), "fast"), OnDisconnect.FINISH,
				CallScope.lasting(Duration.ofMinutes(1)), new InMemoryEventLog(
						new LogLimits(100_000, DataSize.ofMegabytes(16), DataSize.ofMegabytes(16)), (_) -> {
						}),
				0);
		generation.writableLog().append(generation.started());
		return generation;
	}

}
