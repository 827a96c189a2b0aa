package dev.sluice.prompt.guardrail.bedrock;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.sluice.model.message.Finding;
import dev.sluice.model.message.Finding.Action;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.GuardrailReport.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WindowsTests {

	/** Names of several words, a number with a dot and blanks, an address. */
	private static final Pattern SECRETS = Pattern
		.compile("(?<NAME>Mr\\. Ann Lee)|(?<PHONE>\\+41 \\d\\d \\d{3}\\. \\d\\d)|(?<EMAIL>\\b[a-z]{1,6}@x\\.org\\b)");

	private static final Pattern ANYWHERE = Pattern.compile(SECRETS.pattern().replace("\\b", ""));

	private static final String[] SCRAPS = { "word ", "a", "b, ", ". ", "! ", "\n", "Mr. Ann Lee", "Mr. Ann Lee",
			"+41 79 123. 45", "joe@x.org", " ann@x.org ", "Mr. ", "+41 ", "@x.org", "{NAME}", "{", "😀", "日本。", "\t",
			"longerwordwithoutanend" };

	@ParameterizedTest
	@ValueSource(ints = { 100, 101, 160, 1_000 })
	void masksAStreamAsAWholeWhateverItsPieces(int size) {
		for (int seed = 0; seed < 300; seed++) {
			Random random = new Random(seed);
			// Where windows may have to begin within a word, no secret asks for its
			// start.
			boolean words = random.nextBoolean();
			String text = text(random, random.nextInt(4 * size), words);
			Function<String, Assessment> engine = (window) -> mask(window, words ? SECRETS : ANYWHERE);
			Assessment whole = engine.apply(text);
			List<Assessment> atOnce = screen(size, engine, List.of(text));

			assertThat(screen(size, engine, pieces(random, text))).as("seed %s", seed).isEqualTo(atOnce);
			assertThat(screen(size, engine, characters(text))).as("seed %s", seed).isEqualTo(atOnce);
			assertThat(join(atOnce)).as("seed %s: %s", seed, text).isEqualTo(whole.text());
			assertThat(findings(atOnce)).as("seed %s", seed).isEqualTo(whole.findings());
		}
	}

	/** As an engine does that tells no places. */
	@Test
	void masksAlsoWithoutPlaces() {
		Function<String, Assessment> engine = (text) -> nowhere(mask(text));
		for (int seed = 0; seed < 100; seed++) {
			Random random = new Random(seed);
			String text = text(random, random.nextInt(2_000), true).replaceAll("Mr\\. Ann Lee|\\+41 79 123\\. 45",
					"x@x.org");

			assertThat(join(screen(200, engine, pieces(random, text)))).as("seed %s: %s", seed, text)
				.isEqualTo(mask(text).text());
		}
	}

	@Test
	void neverShowsMoreThanAWindowNorHoldsMore() {
		List<Integer> shown = new ArrayList<>();
		Windows windows = new Windows(100, (text) -> {
			shown.add(text.length());
			return mask(text);
		});
		for (String piece : pieces(new Random(7), text(new Random(7), 5_000, false))) {
			windows.accept(piece, (_) -> {
			});
			assertThat(windows.held()).isLessThan(100);
		}
		windows.finish((_) -> {
		});

		assertThat(shown).hasSizeGreaterThan(40).allSatisfy((length) -> assertThat(length).isLessThanOrEqualTo(100));
		assertThat(shown.size()).isLessThan(5_000 / 25 + 2);
		assertThat(windows.held()).isZero();
	}

	/** Bedrock is paid by what it is shown. */
	@Test
	void showsLittleOfProseTwice() {
		Random random = new Random(3);
		StringBuilder prose = new StringBuilder();
		while (prose.length() < 200_000) {
			random.ints(random.nextInt(5, 25), 2, 10).forEach((length) -> prose.append("x".repeat(length)).append(' '));
			prose.setCharAt(prose.length() - 1, '.');
			prose.append(' ');
		}
		int[] shown = new int[1];
		int[] units = new int[1];

		screen(1_000, (window) -> {
			shown[0] += window.length();
			units[0] += (window.length() + 999) / 1_000;
			return Assessment.untouched(window);
		}, List.of(prose.toString()));

		assertThat(shown[0]).isLessThan(prose.length() * 13 / 10);
		assertThat(units[0]).isLessThan(prose.length() / 1_000 * 13 / 10);
	}

	@Test
	void cutsAfterASentenceElseAfterAWord() {
		assertThat(screen(100, Assessment::untouched, List.of("One. ".repeat(12) + "and so on ".repeat(10))))
			.extracting((part) -> part.text().length())
			.containsExactly(60, 74, 26);
		assertThat(screen(100, Assessment::untouched, List.of("x".repeat(120)))).extracting(Assessment::text)
			.containsExactly("x".repeat(75), "x".repeat(45));
	}

	@Test
	void neverTearsAPairOfSurrogates() {
		for (int before = 0; before < 4; before++) {
			String text = "x".repeat(before) + "😀".repeat(300);
			List<Assessment> parts = screen(101, (window) -> {
				assertThat(Character.isLowSurrogate(window.charAt(0))).isFalse();
				assertThat(Character.isHighSurrogate(window.charAt(window.length() - 1))).isFalse();
				return Assessment.untouched(window);
			}, characters(text));

			assertThat(join(parts)).isEqualTo(text);
		}
	}

	/** It is masked as far as windows show it, and nothing stands still. */
	@Test
	void getsPastASecretLongerThanAWindow() {
		String secret = "k".repeat(1_000);
		Pattern keys = Pattern.compile("(?<KEY>k{20,})");

		String masked = join(screen(100, (text) -> mask(text, keys), pieces(new Random(1), "It is " + secret + " .")));

		assertThat(masked).startsWith("It is {KEY}").endsWith(" .").doesNotContain("kkkkkkkkkkkkkkkkkkkk");
	}

	@Test
	void endsWithWhatIsBlocked() {
		String text = "fine words. ".repeat(20) + "darn it. " + "more words. ".repeat(20);
		Function<String, Assessment> engine = (window) -> window.contains("darn")
				? new Assessment(Verdict.BLOCKED, "No.", List.of(at("WORD", Action.BLOCK, window.indexOf("darn"), 4)))
				: Assessment.untouched(window);
		List<Assessment> atOnce = screen(100, engine, List.of(text));

		assertThat(atOnce.getLast().verdict()).isEqualTo(Verdict.BLOCKED);
		assertThat(atOnce.getLast().text()).isEqualTo("No.");
		assertThat(atOnce.getLast().findings()).containsExactly(at("WORD", Action.BLOCK, 240, 4));
		assertThat(text).startsWith(join(atOnce.subList(0, atOnce.size() - 1)));
		assertThat(screen(100, engine, characters(text))).isEqualTo(atOnce);
	}

	@Test
	void letsNothingPastAnEngineThatFailed() {
		List<Assessment> out = new ArrayList<>();
		Windows windows = new Windows(100, (_) -> {
			throw new IllegalStateException("away");
		});

		assertThatThrownBy(() -> windows.accept("x".repeat(250), out::add)).hasMessage("away");
		windows.accept("y".repeat(250), out::add);
		windows.finish(out::add);

		assertThat(out).isEmpty();
	}

	@Test
	void saysNothingOfNothing() {
		assertThat(screen(100, WindowsTests::mask, List.of("", ""))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 15, 25_001 })
	void refusesSizesThatMakeNoSense(int size) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new Windows(size, WindowsTests::mask));
	}

	private static List<Assessment> screen(int size, Function<String, Assessment> engine, List<String> pieces) {
		List<Assessment> out = new ArrayList<>();
		Windows windows = new Windows(size, engine);
		pieces.forEach((piece) -> windows.accept(piece, out::add));
		windows.finish(out::add);
		assertThat(windows.held()).isZero();
		return out;
	}

	private static Assessment mask(String text) {
		return mask(text, SECRETS);
	}

	private static Assessment mask(String text, Pattern secrets) {
		List<Located> findings = new ArrayList<>();
		String masked = secrets.matcher(text).replaceAll((match) -> {
			String type = typeOf(match, secrets);
			findings.add(at(type, Action.MASK, match.start(), match.end() - match.start()));
			return Matcher.quoteReplacement("{" + type + "}");
		});
		return new Assessment(findings.isEmpty() ? Verdict.NONE : Verdict.MASKED, masked, findings);
	}

	private static String typeOf(MatchResult match, Pattern secrets) {
		return secrets.namedGroups()
			.keySet()
			.stream()
			.filter((name) -> match.group(name) != null)
			.findFirst()
			.orElseThrow();
	}

	private static Assessment nowhere(Assessment assessment) {
		return new Assessment(assessment.verdict(), assessment.text(),
				assessment.findings().stream().map((found) -> Located.nowhere(found.finding())).toList());
	}

	private static Located at(String type, Action action, int start, int length) {
		return new Located(new Finding(type, Stage.OUTPUT, action), start, start + length);
	}

	private static String join(List<Assessment> parts) {
		return String.join("", parts.stream().map(Assessment::text).toList());
	}

	private static List<Located> findings(List<Assessment> parts) {
		return parts.stream().flatMap((part) -> part.findings().stream()).toList();
	}

	/**
	 * Anything.
	 * @param words whether there is a blank every now and then
	 */
	private static String text(Random random, int length, boolean words) {
		StringBuilder text = new StringBuilder();
		while (text.length() < length) {
			String scrap = SCRAPS[random.nextInt(SCRAPS.length)];
			int word = text.length() - 1 - Math.max(text.lastIndexOf(" "), text.lastIndexOf("\n"));
			text.append((words && word + scrap.length() > 22) ? " " : "").append(scrap);
		}
		return text.toString();
	}

	/** Cut anywhere, also inside of a pair of surrogates. */
	private static List<String> pieces(Random random, String text) {
		List<String> pieces = new ArrayList<>();
		for (int from = 0; from < text.length();) {
			int to = Math.min(text.length(), from + random.nextInt(60));
			pieces.add(text.substring(from, to));
			from = to;
		}
		return pieces;
	}

	private static List<String> characters(String text) {
		return text.chars().mapToObj((character) -> String.valueOf((char) character)).toList();
	}

}
