package dev.sluice.prompt.template;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import dev.sluice.prompt.terms.PromptException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class LabelTargetTests {

	private static final int KEYS = 100_000;

	@Test
	void sharesKeysOutByWeight() {
		int[] versions = choices("greet", "canary", Map.of(1, 70, 2, 20, 3, 10));

		assertThat(share(versions, 1)).isCloseTo(0.7, within(0.01));
		assertThat(share(versions, 2)).isCloseTo(0.2, within(0.01));
		assertThat(share(versions, 3)).isCloseTo(0.1, within(0.01));
	}

	@Test
	void givesTheSameKeyTheSameVersion() {
		LabelTarget target = weighted(Map.of(1, 1, 2, 1));

		assertThat(choices("greet", "canary", Map.of(1, 1, 2, 1)))
			.isEqualTo(choices("greet", "canary", Map.of(1, 1, 2, 1)));
		// Stays what it is on every machine and in every release.
		assertThat(IntStream.range(0, 16).map((i) -> target.choose("greet", "canary", "cnv_" + i))).containsExactly(1,
				2, 2, 2, 1, 2, 1, 2, 1, 1, 2, 2, 2, 1, 1, 1);
	}

	@Test
	void movesOnlyKeysThatTheGrowingVersionWins() {
		int[] before = choices("greet", "canary", Map.of(1, 90, 2, 10));
		int[] after = choices("greet", "canary", Map.of(1, 90, 2, 30));
		int[] with = choices("greet", "canary", Map.of(1, 90, 2, 10, 3, 25));

		assertThat(IntStream.range(0, KEYS).filter((i) -> before[i] != after[i])).allMatch((i) -> after[i] == 2);
		assertThat(IntStream.range(0, KEYS).filter((i) -> before[i] != with[i])).allMatch((i) -> with[i] == 3);
		assertThat(share(after, 2)).isCloseTo(0.25, within(0.01));
		assertThat(share(with, 3)).isCloseTo(0.2, within(0.01));
	}

	/** Who gets the canary of one template does not get that of all. */
	@Test
	void drawsAnewForEveryTemplateAndLabel() {
		int[] one = choices("greet", "canary", Map.of(1, 50, 2, 50));
		int[] other = choices("bye", "canary", Map.of(1, 50, 2, 50));
		int[] label = choices("greet", "beta", Map.of(1, 50, 2, 50));

		assertThat(IntStream.range(0, KEYS).filter((i) -> one[i] == other[i]).count() / (double) KEYS).isCloseTo(0.5,
				within(0.02));
		assertThat(IntStream.range(0, KEYS).filter((i) -> one[i] == label[i]).count() / (double) KEYS).isCloseTo(0.5,
				within(0.02));
	}

	@Test
	void refusesNoVersionsAndTooMany() {
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> weighted(Map.of()));
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> new LabelTarget.Weighted(new TreeMap<>(
				IntStream.rangeClosed(1, 21).boxed().collect(java.util.stream.Collectors.toMap((i) -> i, (i) -> 1)))));
	}

	private static int[] choices(String template, String label, Map<Integer, Integer> weights) {
		LabelTarget target = weighted(weights);
		return IntStream.range(0, KEYS).map((i) -> target.choose(template, label, "cnv_" + i)).toArray();
	}

	private static double share(int[] versions, int version) {
		return IntStream.of(versions).filter((it) -> it == version).count() / (double) versions.length;
	}

	private static LabelTarget weighted(Map<Integer, Integer> weights) {
		return new LabelTarget.Weighted(new TreeMap<>(weights));
	}

}
