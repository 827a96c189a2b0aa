package dev.sluice.orchestration.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class InMemoryEventLogTests {

	private static final GenerationEvent.Completed END = new GenerationEvent.Completed(FinishReason.END_TURN,
			Usage.of(1, 1), GuardrailReport.NONE);

	private final AtomicLong accounted = new AtomicLong();

	@Test
	void numbersEventsFromOne() {
		InMemoryEventLog log = log(10, "1MB");

		assertThat(log.last()).isZero();
		log.append(new GenerationEvent.Started("gen_x", "fast"));
		log.append(new GenerationEvent.Delta("a"));
		log.append(END);

		assertThat(log.last()).isEqualTo(3);
		assertThat(log.read(0)).isNull();
		assertThat(log.read(-1)).isNull();
		assertThat(log.read(4)).isNull();
		assertThat(log.read(2).sequence()).isEqualTo(2);
		assertThat(log.read(2).event()).isEqualTo(new GenerationEvent.Delta("a"));
		assertThat(log.read(3).event()).isSameAs(END);
		assertThat(log.ended()).isTrue();
	}

	@Test
	void takesNoMoreEventsThanItMayButTheLast() {
		InMemoryEventLog log = log(5, "1MB");
		IntStream.range(0, 5).forEach((i) -> log.append(new GenerationEvent.Delta("a" + i)));

		assertThatExceptionOfType(GenerationException.class)
			.isThrownBy(() -> log.append(new GenerationEvent.Delta("too much")))
			.satisfies((ex) -> assertThat(ex.failure().code()).isEqualTo(ErrorCode.MODEL_FAILED));
		log.append(END);

		assertThat(log.last()).isEqualTo(6);
		assertThat(log.read(6).event()).isSameAs(END);
	}

	@Test
	void takesNoMoreBytesThanItMayButTheLast() {
		InMemoryEventLog log = log(1000, "10KB");
		log.append(new GenerationEvent.Delta("x".repeat(4000)));

		assertThatExceptionOfType(GenerationException.class)
			.isThrownBy(() -> log.append(new GenerationEvent.Delta("x".repeat(4000))));
		log.append(END);

		assertThat(log.last()).isEqualTo(2);
	}

	@Test
	void accountsForAllItsBytesInTheEnd() {
		InMemoryEventLog log = log(10_000, "1MB");

		IntStream.range(0, 1000).forEach((_) -> log.append(new GenerationEvent.Delta("some text")));
		log.append(END);

		assertThat(this.accounted.get()).isBetween(log.bytes() - 8192, log.bytes());
		assertThat(this.accounted.get() + log.pack()).isEqualTo(log.bytes());
		assertThat(log.bytes()).isGreaterThan(2 * 9 * 1000);
	}

	@Test
	void readsTheSameWhileItIsPacked() throws Exception {
		for (int round = 0; round < 50; round++) {
			InMemoryEventLog log = log(10_000, "1MB");
			IntStream.rangeClosed(1, 500).forEach((i) -> log.append(new GenerationEvent.Delta("" + i)));
			log.append(END);

			Thread packing = Thread.ofPlatform().start(log::pack);
			for (long i = 1; i <= 500; i++) {
				assertThat(log.read(i).event()).isEqualTo(new GenerationEvent.Delta("" + i));
			}
			packing.join();

			assertThat(log.read(1).event()).isEqualTo(new GenerationEvent.Delta("1"));
			assertThat(log.read(501).event()).isSameAs(END);
			assertThat(log.read(502)).isNull();
		}
	}

	@Test
	void refusesWhatTheAccountingRefuses() {
		InMemoryEventLog log = new InMemoryEventLog(
				new LogLimits(1000, DataSize.ofMegabytes(1), DataSize.ofMegabytes(1)), (_) -> {
					throw new GenerationException(ErrorCode.MODEL_UNAVAILABLE, "full");
				});

		assertThatExceptionOfType(GenerationException.class)
			.isThrownBy(() -> log.append(new GenerationEvent.Delta("x".repeat(9000))));
		log.append(END);

		assertThat(log.last()).isOne();
		assertThat(log.ended()).isTrue();
	}

	@Test
	void forgetsListenersThatLeave() {
		InMemoryEventLog log = log(10, "1MB");
		AtomicInteger calls = new AtomicInteger();
		EventLog.Subscription first = log.onAppend(calls::incrementAndGet);
		EventLog.Subscription second = log.onAppend(calls::incrementAndGet);

		log.signal();
		first.close();
		first.close();
		log.signal();
		second.close();
		log.signal();

		assertThat(calls).hasValue(3);
	}

	@Test
	void letsReadersOnManyThreadsSeeEveryEventOnceAndInOrder() throws Exception {
		int events = 20_000;
		InMemoryEventLog log = log(events + 1, "16MB");
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<List<Long>>> readers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				long after = i;
				readers.add(threads.submit((Callable<List<Long>>) () -> {
					List<Long> seen = new ArrayList<>();
					try (EventReader reader = new EventReader(log, after)) {
						LoggedEvent event = reader.next();
						while (event != null && !(event.event() instanceof GenerationEvent.End)) {
							assertThat(event.event()).isEqualTo(new GenerationEvent.Delta("" + event.sequence()));
							seen.add(event.sequence());
							event = reader.next();
						}
						assertThat(event).isNotNull();
					}
					return seen;
				}));
			}

			for (int i = 1; i <= events; i++) {
				log.append(new GenerationEvent.Delta("" + i));
				if (i % 7 == 0) {
					log.signal();
				}
			}
			log.append(END);
			log.signal();

			for (int i = 0; i < readers.size(); i++) {
				assertThat(readers.get(i).get()).isEqualTo(LongStream.rangeClosed(i + 1, events).boxed().toList());
			}
		}
	}

	@Test
	void givesNothingToAReaderThatIsStopped() throws Exception {
		InMemoryEventLog log = log(10, "1MB");
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				EventReader waiting = new EventReader(log, 0);
				EventReader behind = new EventReader(log, 0)) {
			Future<LoggedEvent> next = threads.submit(waiting::next);

			waiting.stop();
			log.append(END);
			behind.stop();

			assertThat(next.get(10, TimeUnit.SECONDS)).isNull();
			assertThat(behind.next()).as("What is there is not read any more").isNull();
		}
	}

	@Test
	void wakesWhoWaitsForTheEndAtTheEnd() throws Exception {
		InMemoryEventLog log = log(10, "1MB");
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				EventReader reader = new EventReader(log, 0)) {
			Future<LoggedEvent> last = threads.submit(reader::last);

			log.append(new GenerationEvent.Delta("x"));
			log.signal();
			log.append(END);
			log.signal();

			assertThat(last.get(10, TimeUnit.SECONDS).event()).isEqualTo(END);
		}
	}

	private InMemoryEventLog log(int maxEvents, String maxBytes) {
		return new InMemoryEventLog(new LogLimits(maxEvents, DataSize.parse(maxBytes), DataSize.ofMegabytes(64)),
				this.accounted::addAndGet);
	}

}
