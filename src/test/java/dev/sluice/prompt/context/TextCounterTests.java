package dev.sluice.prompt.context;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.sluice.model.message.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@Timeout(60)
class TextCounterTests {

	private static final int MEGABYTE = 1 << 20;

	private final QuarterTokenizer tokenizer = new QuarterTokenizer();

	private final TextCounter counter = new TextCounter(this.tokenizer);

	static Stream<String> nastyTexts() {
		return Stream.of("a".repeat(MEGABYTE), " ".repeat(MEGABYTE), "\n".repeat(MEGABYTE), "1".repeat(MEGABYTE),
				"!".repeat(MEGABYTE), "😀".repeat(MEGABYTE / 2), "a" + "😀".repeat(MEGABYTE / 2),
				"👩‍👩‍👧‍👦".repeat(MEGABYTE / 11), "日".repeat(MEGABYTE), "\ud83d".repeat(MEGABYTE),
				"\udc00".repeat(MEGABYTE), "\u0000".repeat(MEGABYTE), "e\u0301".repeat(MEGABYTE / 2),
				("a".repeat(3_000) + " ").repeat(300), "<|endoftext|>".repeat(80_000));
	}

	@ParameterizedTest
	@MethodSource("nastyTexts")
	void handsOnAllOfATextInShortPieces(String text) {
		this.counter.count(text);

		List<String> pieces = this.tokenizer.pieces();
		assertThat(String.join("", pieces).equals(text)).isTrue();
		assertThat(pieces).allMatch((piece) -> !piece.isEmpty() && piece.length() <= TextCounter.PIECE);
		assertThat(pieces.size()).isLessThanOrEqualTo(2 * (text.length() / TextCounter.PIECE + 1));
		for (int i = 1; i < pieces.size(); i++) {
			assertThat(Character.isSurrogatePair(last(pieces.get(i - 1)), pieces.get(i).charAt(0))).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("nastyTexts")
	void handsOnLittleOfATextForASample(String text) {
		double tokens = this.counter.sample(text);

		assertThat(this.tokenizer.characters()).isLessThanOrEqualTo(TextCounter.SAMPLES * (TextCounter.PIECE + 1));
		assertThat(tokens).isCloseTo(text.length() / 4.0, within(text.length() / 40.0));
	}

	/** Only that it ends: without pieces these would take minutes. */
	@ParameterizedTest
	@MethodSource("nastyTexts")
	void theRealTokenizerComesToAnEnd(String text) {
		long counted = new TextCounter(new JtokkitTokenizer()).count(text);

		assertThat(counted).isBetween(1L, Weight.of(Message.user(text)).most());
	}

	@Test
	void cutsBetweenWords() {
		String text = "several words ".repeat(1_000);

		this.counter.count(text);

		assertThat(this.tokenizer.pieces()).hasSizeGreaterThan(6)
			.allMatch((piece) -> piece.equals(this.tokenizer.pieces().getFirst()) || piece.startsWith(" "));
	}

	@Test
	void countsInPiecesWhatIsAsManyTokensAsAWhole() {
		TextCounter real = new TextCounter(new JtokkitTokenizer());
		StringBuilder text = new StringBuilder();
		Random random = new Random(3);
		while (text.length() < 200_000) {
			text.append(
					List.of("The ", "quick ", "brown\n", "fox, ", "jumps 12345 ", "Übermut ", "  over ", "{\"a\":1}")
						.get(random.nextInt(8)));
		}

		long counted = real.count(text.toString());

		assertThat((double) new JtokkitTokenizer().count(text.toString())).isCloseTo(counted, within(counted * 0.002));
		assertThat(real.sample(text.toString())).isCloseTo(counted, within(counted * 0.05));
	}

	/** No tokenizer makes more of a text than it has bytes, which spares us to ask it. */
	@ParameterizedTest
	@MethodSource("nastyTexts")
	void weighsATextByItsBytes(String text) {
		String sample = text.substring(0, 2_000);
		long bytes = Weight.of(Message.user(sample)).most() - Weight.FRAME;

		assertThat(bytes).isGreaterThanOrEqualTo(sample.getBytes(StandardCharsets.UTF_8).length)
			.isGreaterThanOrEqualTo(new JtokkitTokenizer().count(sample));
	}

	@Test
	void guessesProseAboutRight() {
		String prose = "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age "
				+ "of foolishness, it was the epoch of belief, it was the epoch of incredulity. ";
		ContextBudget budget = new ContextBudget(new ContextProperties(100, 0), new SimpleMeterRegistry());

		long counted = budget.estimate("m", null, List.of(Message.user(prose.repeat(10))));

		assertThat(Weight.of(Message.user(prose.repeat(10))).guess()).isCloseTo(counted, within(counted * 0.2));
	}

	private static char last(String text) {
		return text.charAt(text.length() - 1);
	}

}
