package dev.sluice.prompt.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LineDiffTests {

	@Test
	void showsThreeLinesAroundEachChange() {
		String from = String.join("\n", IntStream.rangeClosed(1, 20).mapToObj(String::valueOf).toList());

		assertThat(LineDiff.unified(from, from.replace("\n5\n", "\nfive\n").replace("\n17\n", "\n"))).isEqualTo(
				"@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -14,7 +14,6 @@\n 14\n 15\n 16\n-17\n 18\n 19\n 20\n");
		assertThat(LineDiff.unified("a", "b")).isEqualTo("@@ -1,1 +1,1 @@\n-a\n+b\n");
		assertThat(LineDiff.unified("a", "a\nb")).isEqualTo("@@ -1,1 +1,2 @@\n a\n+b\n");
	}

	/** What is taken away and added, applied to the first text, gives the second. */
	@Test
	void leadsFromOneTextToTheOther() {
		Random random = new Random(1);
		for (int i = 0; i < 300; i++) {
			String from = text(random);
			String to = text(random);

			assertThat(apply(from, LineDiff.unified(from, to))).isEqualTo(to);
		}
	}

	@Test
	void isDoneSoonWithTextsThatHaveNothingInCommon() {
		String from = "a\n".repeat(32_000);
		String to = "b\n".repeat(32_000);

		assertThat(apply(from, LineDiff.unified(from, to))).isEqualTo(to);
	}

	private static String text(Random random) {
		return String.join("\n", random.ints(random.nextInt(1, 30), 0, 6).mapToObj(String::valueOf).toList());
	}

	private static String apply(String text, String diff) {
		List<String> lines = List.of(text.split("\n", -1));
		List<String> result = new ArrayList<>();
		int at = 0;
		if (!diff.isEmpty()) {
			for (String line : diff.substring(0, diff.length() - 1).split("\n", -1)) {
				switch (line.charAt(0)) {
					case '@' -> {
						int start = Integer.parseInt(line.substring(4, line.indexOf(','))) - 1;
						while (at < start) {
							result.add(lines.get(at++));
						}
					}
					case '+' -> result.add(line.substring(1));
					case '-' -> assertThat(lines.get(at++)).isEqualTo(line.substring(1));
					default -> {
						assertThat(lines.get(at)).isEqualTo(line.substring(1));
						result.add(lines.get(at++));
					}
				}
			}
		}
		result.addAll(lines.subList(at, lines.size()));
		return String.join("\n", result);
	}

}
