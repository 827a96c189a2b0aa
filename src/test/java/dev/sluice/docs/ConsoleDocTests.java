package dev.sluice.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every command of a page's {@code console} blocks gives the output that stands below it,
 * but for ids, times and the like. All commands of a page run in one shell.
 */
class ConsoleDocTests extends DocumentedSluice {

	private static final Pattern BLOCK = Pattern.compile("(?m)^```console\n(.*?)^```\n", Pattern.DOTALL);

	/** A command ends where its quotes do, if no backslash goes on with it. */
	private static final Pattern COMMAND = Pattern
		.compile("(?m)^\\$ ((?:[^'\"\\\\\n]|'[^']*'|\"(?:[^\"\\\\]|\\\\.)*\"|\\\\.|\\\\\n)*\n)((?:(?!\\$ ).*\n)*)");

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/rest.md", "docs/sse.md", "docs/stomp.md" })
	void showsWhatItsCommandsGive(String file, @TempDir Path outputs) throws IOException {
		List.of("bash", "curl", "python3", "node").forEach(DocumentedSluice::assumeIsThere);
		Page page = Page.of(file);
		List<String> script = new ArrayList<>();
		BLOCK.matcher(page.text())
			.results()
			.flatMap((block) -> COMMAND.matcher(block.group(1)).results())
			.forEach((command) -> script
				.add("{ " + command.group(1) + "} > " + outputs.resolve(script.size() + ".txt") + " 2>&1\n"));
		assertThat(script).isNotEmpty();

		run(url(), List.of("bash", "-c", String.join("", script).replace("localhost:8080", "localhost:" + this.port)));

		Iterator<Path> next = Stream.iterate(0, (i) -> i + 1).map((i) -> outputs.resolve(i + ".txt")).iterator();
		String now = BLOCK.matcher(page.text())
			.replaceAll((block) -> Matcher.quoteReplacement("```console\n" + shown(block.group(1), next) + "```\n"));
		if (!masked(now).equals(masked(page.text()))) {
			page.mustBe(now);
		}
	}

	private static String shown(String block, Iterator<Path> outputs) {
		return COMMAND.matcher(block)
			.replaceAll((command) -> Matcher.quoteReplacement("$ " + command.group(1) + output(outputs.next())));
	}

	private static String output(Path file) {
		try {
			String output = Files.readString(file).replaceAll("[ \t\r]+\n", "\n").stripTrailing();
			return output.isEmpty() ? "" : output + "\n";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String masked(String output) {
		return output.replaceAll("gen_[0-9a-z]{26}", "gen_ID")
			.replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "TIME")
			.replaceAll("\"traceId\":\"[0-9a-f]{32}\"", "TRACE")
			.replaceAll("\"(records|estimatedTokens)\":\\d+", "$1");
	}

}
