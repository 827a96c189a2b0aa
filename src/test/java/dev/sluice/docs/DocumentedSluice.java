package dev.sluice.docs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.sluice.testing.LocalDynamo;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the manual and the examples are tried against: the application as
 * {@code ./mvnw spring-boot:test-run} starts it. The model takes so long to begin that a
 * command which stops it comes in time.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sluice.store.table-prefix=docs-", "sluice.model.simulated.first-token=2s",
				"sluice.model.simulated.between-tokens=5ms", "management.prometheus.metrics.export.enabled=true" })
@ActiveProfiles("local")
@ContextConfiguration(initializers = LocalDynamo.class)
@Timeout(120)
abstract class DocumentedSluice {

	@LocalServerPort
	protected int port;

	protected String url() {
		return "http://127.0.0.1:" + this.port;
	}

	/** Runs a program that finds Sluice at a place. */
	protected static Run run(String sluice, List<String> command) {
		try {
			Path output = Files.createTempFile("output", ".txt");
			Path errors = Files.createTempFile("errors", ".txt");
			ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile())
				.redirectError(errors.toFile());
			builder.environment().put("SLUICE_URL", sluice);
			builder.environment().put("PATH", javaHome() + File.pathSeparator + System.getenv("PATH"));
			Process process = builder.start();
			process.getOutputStream().close();
			if (!process.waitFor(60, TimeUnit.SECONDS)) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly().waitFor();
			}
			return new Run(process.exitValue(), text(output), text(errors));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static Path javaHome() {
		return Path.of(System.getProperty("java.home"), "bin");
	}

	private static String text(Path file) throws IOException {
		String text = Files.readString(file, StandardCharsets.UTF_8);
		Files.delete(file);
		return text;
	}

	protected static void assumeIsThere(String tool) {
		assumeTrue(isThere(tool), () -> "There is no " + tool + " on the PATH");
	}

	protected static boolean isThere(String tool) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, tool)));
	}

	/** How a program ended, and what it said. */
	protected record Run(int status, String output, String errors) {
	}

}
