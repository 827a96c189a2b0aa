package dev.sluice.prompt.guardrail.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How much is found of what is there, and how much of what is found is there. */
class AccuracyTests {

	private static final Path PAGE = Path.of("docs/guardrail-accuracy.md");

	private final LocalDetector detector = LocalDetector.of(LocalRules.everyPii(), LocalDetector.HOLD_BACK);

	private final List<LabelledText> texts = LabelledText.lines("pii.txt").stream().map(LabelledText::of).toList();

	@Test
	void thePageSaysWhatIsMeasured() throws IOException {
		assertThat(Files.readString(PAGE)).contains(table());
	}

	@Test
	void theSetIsLargeAndHasBothKinds() {
		assertThat(this.texts).hasSizeGreaterThan(500);
		assertThat(this.texts).filteredOn((text) -> text.spans().isEmpty()).hasSizeGreaterThan(150);
		assertThat(counts()).allSatisfy((type, count) -> assertThat(count.labelled).as(type.name()).isGreaterThan(3));
	}

	@Test
	void noTypeIsBad() {
		assertThat(counts()).allSatisfy((type, count) -> {
			assertThat(count.precision()).as("precision of %s", type).isGreaterThanOrEqualTo(0.9);
			assertThat(count.recall()).as("recall of %s", type).isGreaterThanOrEqualTo(0.75);
		});
	}

	@Test
	void attacksAreToldFromWhatLooksLikeThem() throws IOException {
		long found = hits("attacks.txt", 0.5);
		long wrong = hits("harmless.txt", 0.5);
		long surely = hits("attacks.txt", 0.7);
		long surelyWrong = hits("harmless.txt", 0.7);
		int attacks = LabelledText.lines("attacks.txt").size();
		int harmless = LabelledText.lines("harmless.txt").size();

		assertThat(attacks).isGreaterThanOrEqualTo(60);
		assertThat(harmless).isGreaterThanOrEqualTo(60);
		assertThat(found).isGreaterThanOrEqualTo(attacks * 9 / 10);
		assertThat(surely).isGreaterThanOrEqualTo(attacks * 8 / 10);
		assertThat(wrong).isLessThanOrEqualTo(harmless / 30);
		assertThat(surelyWrong).isZero();
		assertThat(Files.readString(PAGE)).contains("| attacks | %d | %d | %d |".formatted(attacks, found, surely))
			.contains("| harmless | %d | %d | %d |".formatted(harmless, wrong, surelyWrong));
	}

	private static long hits(String resource, double least) {
		return LabelledText.lines(resource)
			.stream()
			.filter((line) -> PromptAttack.score(line).value() >= least)
			.count();
	}

	private String table() {
		StringBuilder table = new StringBuilder(
				"| type | labelled | found | wrong | precision | recall |\n|---|--:|--:|--:|--:|--:|\n");
		counts().forEach((type, count) -> table
			.append(String.format(Locale.ROOT, "| `%s` | %d | %d | %d | %.0f %% | %.0f %% |%n", type, count.labelled,
					count.right, count.wrong, 100 * count.precision(), 100 * count.recall())));
		return table.toString();
	}

	/** A find counts as right if its type and both of its ends are. */
	private Map<PiiType, Count> counts() {
		Map<PiiType, Count> counts = new EnumMap<>(PiiType.class);
		for (PiiType type : PiiType.values()) {
			counts.put(type, new Count());
		}
		for (LabelledText text : this.texts) {
			List<Span> missed = new ArrayList<>(text.spans());
			missed.forEach((span) -> counts.get(PiiType.valueOf(span.type())).labelled++);
			for (Span span : this.detector.find(text.text())) {
				Count count = counts.get(PiiType.valueOf(span.type()));
				if (missed.remove(span)) {
					count.right++;
				}
				else {
					count.wrong++;
				}
			}
		}
		return counts;
	}

	private static final class Count {

		private int labelled;

		private int right;

		private int wrong;

		double precision() {
			return (this.right + this.wrong == 0) ? 1 : (double) this.right / (this.right + this.wrong);
		}

		double recall() {
			return (this.labelled == 0) ? 1 : (double) this.right / this.labelled;
		}

	}

}
