package dev.sluice.docs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The programs in {@code examples} do what they say, where the tools they need are there.
 */
class ExamplesTests extends DocumentedSluice {

	private static final String ANSWER = """
			This is the simulated model global.anthropic.claude-haiku-4-5-20251001-v1:0. It was sent:
			user: Hello""";

	private static final String LONG = "one two three four five six seven eight nine ten ".repeat(10).strip();

	private static final String LONG_ANSWER = ANSWER.replace("Hello", LONG);

	private static final Path PAGES = Path.of("examples/javascript").toAbsolutePath();

	private static final Pattern DELTA = Pattern.compile("\\{\"text\":\"(.*?)\"}");

	@ParameterizedTest
	@EnumSource
	void waitsForTheAnswer(Program program) {
		Run run = program.run(url(), "generate", "Hello");

		assertThat(run.status()).as("%s", run).isZero();
		assertThat(text(run)).contains(ANSWER);
	}

	@ParameterizedTest
	@EnumSource
	void takesAReceiptAndComesBack(Program program) {
		Run run = program.run(url(), "receipt", "Hello");

		assertThat(run.status()).as("%s", run).isZero();
		assertThat(text(run)).startsWith("receipt: /v1/generations/gen_").contains(ANSWER);
	}

	@ParameterizedTest
	@EnumSource
	void losesAndRepeatsNothingWhenAStreamIsCut(Program program) throws IOException {
		try (BadLine line = BadLine.cutAfter(2000, this.port)) {
			Run run = program.run(line.url(), "stream", LONG);

			assertThat(run.status()).as("%s", run).isZero();
			assertThat(deltas(run)).isEqualTo(LONG_ANSWER);
			assertThat(line.connections()).isGreaterThan(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void comesBackAfterRetryAfter(Program program) throws IOException {
		try (BadLine line = BadLine.refusingOnce(this.port)) {
			Run run = program.run(line.url(), "generate", "Hello");

			assertThat(run.status()).as("%s", run).isZero();
			assertThat(text(run)).contains(ANSWER);
			assertThat(line.connections()).isGreaterThan(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void tellsAProblemAndFails(Program program) {
		Run run = program.run(url(), "stream", "");

		assertThat(run.status()).as("%s", run).isOne();
		assertThat(run.errors()).contains("invalid-request", "messages[0].content must not be blank");
	}

	@ParameterizedTest
	@EnumSource
	void failsWhenNobodyListens(Program program) {
		Run run = program.run("http://127.0.0.1:1", "generate", "Hello");

		assertThat(run.status()).as("%s", run).isOne();
		assertThat(run.errors()).isNotBlank();
	}

	@Test
	void javaSpeaksStomp() {
		Run stream = run(url(), List.of("java", "examples/java/Stomp.java", "Hello"));
		Run refused = run(url(), List.of("java", "examples/java/Stomp.java", ""));

		assertThat(stream.status()).as("%s", stream).isZero();
		assertThat(stream.output()).contains("\"type\":\"started\"", "\"type\":\"completed\"");
		assertThat(refused.status()).as("%s", refused).isOne();
		assertThat(refused.output()).contains("messages[0].content must not be blank");
	}

	@Test
	void nodeSpeaksStompAlsoOverACutLine() throws IOException {
		assumeIsThere("node");
		assumeTrue(Files.isDirectory(Path.of("examples/javascript/node_modules/ws")),
				"npm ci --prefix examples/javascript fetches what this needs");
		List<String> command = List.of("node", "examples/javascript/main.js", "stomp");
		try (BadLine line = BadLine.cutAfter(2000, this.port)) {
			Run stream = run(line.url(), with(command, LONG));
			Run refused = run(url(), with(command, ""));

			assertThat(stream.status()).as("%s", stream).isZero();
			assertThat(stream.output()).isEqualTo(LONG_ANSWER + "\n");
			assertThat(line.connections()).isGreaterThan(1);
			assertThat(refused.status()).as("%s", refused).isOne();
			assertThat(refused.errors()).contains("messages[0].content must not be blank");
		}
	}

	@Test
	void aPageFollowsAndWatches(@TempDir Path profile) throws Exception {
		String browser = Stream.of("chromium", "chromium-browser", "google-chrome")
			.filter(DocumentedSluice::isThere)
			.findFirst()
			.orElse("chromium");
		assumeIsThere(browser);
		AtomicReference<String> seen = new AtomicReference<>("");
		HttpServer pages = pages(seen);
		Process process = new ProcessBuilder(browser, "--headless", "--no-sandbox", "--disable-gpu",
				"--remote-debugging-port=0", "--user-data-dir=" + profile,
				"http://127.0.0.1:%d/index.html?ask=Hello&sluice=%s".formatted(pages.getAddress().getPort(), url()))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(seen.get()).containsSubsequence(ANSWER, ANSWER, "completed"));
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroy);
			process.destroy();
			process.waitFor();
			pages.stop(0);
		}
	}

	/** A static server, whose page tells what is to be seen on it. */
	private static HttpServer pages(AtomicReference<String> seen) throws IOException {
		HttpServer server = SimpleFileServer.createFileServer(
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PAGES, SimpleFileServer.OutputLevel.NONE);
		String page = Files.readString(PAGES.resolve("index.html")) + """
				<script>
				  new MutationObserver(() => fetch('/seen', {method: 'POST', body: document.body.textContent}))
				    .observe(document.body, {subtree: true, childList: true, characterData: true});
				</script>
				""";
		server.createContext("/index.html", HttpHandlers.of(200, Headers.of("Content-Type", "text/html"), page));
		server.createContext("/seen", (exchange) -> {
			seen.accumulateAndGet(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
					(one, other) -> (one.length() > other.length()) ? one : other);
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

	private static String text(Run run) {
		return run.output().replace("\\n", "\n");
	}

	/** The pieces of the answer, which some programs print as events. */
	private static String deltas(Run run) {
		String events = DELTA.matcher(run.output())
			.results()
			.map((delta) -> delta.group(1))
			.collect(Collectors.joining());
		return (events.isEmpty() ? run.output().stripTrailing() : events).replace("\\n", "\n");
	}

	private static List<String> with(List<String> command, String... more) {
		return Stream.concat(command.stream(), Stream.of(more)).toList();
	}

	/** One program for each language, that knows the three patterns. */
	enum Program {

		CURL("bash", "examples/curl/sluice.sh"), PYTHON("python3", "examples/python/sluice.py"),
		NODE("node", "examples/javascript/main.js"), JAVA("java", "examples/java/Sluice.java");

		private final List<String> command;

		Program(String... command) {
			this.command = List.of(command);
		}

		Run run(String sluice, String mode, String text) {
			if (this == CURL) {
				assumeIsThere("curl");
			}
			if (this != JAVA) {
				assumeIsThere(this.command.getFirst());
			}
			return DocumentedSluice.run(sluice, with(this.command, mode, text));
		}

	}

}
