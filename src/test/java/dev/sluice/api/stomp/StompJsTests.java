package dev.sluice.api.stomp;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.sluice.api.DoorTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The client that browsers use. It needs Node and its packages, which
 * {@code npm ci --prefix src/test/node} fetches.
 */
class StompJsTests extends DoorTests {

	private static final Path NODE = Path.of("src/test/node");

	@BeforeAll
	static void needsNode() {
		assumeTrue(Files.isDirectory(NODE.resolve("node_modules/@stomp/stompjs")),
				"The packages in src/test/node are not installed");
		assumeTrue(onPath("node"), "There is no node on the PATH");
	}

	@Test
	void understandsTheGateway() throws Exception {
		this.bedrock.answerByDefault((exchange) -> {
			if (exchange.request().text().contains("endless")) {
				exchange.startStream().messageStart().delta("x").hang();
			}
			else {
				exchange.whole(8);
			}
		});

		Process process = new ProcessBuilder("node", "stomp.mjs", "ws://127.0.0.1:" + this.gateway.port() + "/ws")
			.directory(NODE.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

		assertThat(process.waitFor()).as(output).isZero();
		JsonNode told = new JsonMapper().readTree(output);
		assertThat(types(told, "response")).containsExactly("accepted", "completed");
		assertThat(types(told, "stream")).startsWith("started", "delta").hasSize(10).endsWith("delta", "completed");
		assertThat(types(told, "refused")).containsExactly("failed");
		assertThat(types(told, "endless")).containsExactly("started", "delta", "cancelled");
		assertThat(types(told, "cancel")).isEmpty();
	}

	private static List<String> types(JsonNode told, String requestId) {
		return StreamSupport.stream(told.path(requestId).spliterator(), false)
			.map((message) -> message.path("type").asString())
			.toList();
	}

	private static boolean onPath(String program) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
	}

}
