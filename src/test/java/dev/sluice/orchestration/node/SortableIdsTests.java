package dev.sluice.orchestration.node;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SortableIdsTests {

	private final SortableIds ids = new SortableIds("gen_");

	@Test
	void riseWithinAMillisecondToo() {
		List<String> made = IntStream.range(0, 100_000).mapToObj((i) -> this.ids.next()).toList();

		assertThat(made).isSorted().doesNotHaveDuplicates().allMatch((id) -> id.matches("gen_[0-9a-hjkmnp-tv-z]{26}"));
	}

	@Test
	void differFromThreadToThread() throws InterruptedException {
		ConcurrentLinkedQueue<String> made = new ConcurrentLinkedQueue<>();
		List<Thread> threads = IntStream.range(0, 8)
			.mapToObj((i) -> Thread.ofVirtual()
				.start(() -> IntStream.range(0, 5_000).forEach((n) -> made.add(this.ids.next()))))
			.toList();
		for (Thread thread : threads) {
			thread.join();
		}

		Set<String> distinct = new HashSet<>(made);
		assertThat(distinct).hasSize(40_000);
	}

}
