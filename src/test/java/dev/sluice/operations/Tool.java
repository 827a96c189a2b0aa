package dev.sluice.operations;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A program of this machine; tests that want one that is not there are skipped. */
record Tool(Path file) {

	/** The program of that name on the {@code PATH}; else the test ends as skipped. */
	static Tool find(String name, String debianPackage) {
		Path file = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
		assumeTrue(file != null,
				() -> "%s is not on this machine (Debian's package %s)".formatted(name, debianPackage));
		return new Tool(file);
	}

	/** Runs it to its end, which must be a success, and returns what it said. */
	String run(Path directory, String input, String... arguments) throws Exception {
		Process process = start(directory, arguments);
		try (var in = process.getOutputStream()) {
			in.write(input.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException _) {
			// It needs no input.
		}
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(said).isIn(0, lintOf(arguments));
		return said;
	}

	/** Promtool's status for what is valid and might be nicer. */
	private static int lintOf(String... arguments) {
		return List.of(arguments).equals(List.of("check", "metrics")) ? 3 : 0;
	}

	Process start(Path directory, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(this.file.toString()));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
	}

}
