package dev.sluice.operations;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.awaitility.Awaitility.await;

/** A Prometheus on loopback that scrapes one gateway many times a second. */
final class Prometheus implements AutoCloseable {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final Process process;

	private final int port;

	private Prometheus(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	static Prometheus scraping(int target, Path directory) throws IOException {
		Tool prometheus = Tool.find("prometheus", "prometheus");
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		Files.writeString(directory.resolve("prometheus.yml"), """
				global: {scrape_interval: 200ms, scrape_timeout: 200ms}
				scrape_configs:
				  - job_name: sluice
				    metrics_path: /actuator/prometheus
				    static_configs: [{targets: ["127.0.0.1:%d"]}]
				""".formatted(target));
		Process process = prometheus.start(directory, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
				"--web.listen-address=127.0.0.1:" + port);
		Thread.ofVirtual().start(() -> {
			try (var said = process.getInputStream()) {
				said.transferTo(java.io.OutputStream.nullOutputStream());
			}
			catch (IOException _) {
				// It has ended.
			}
		});
		return new Prometheus(process, port);
	}

	/** Waits for a scrape that begins from now on and succeeds. */
	void awaitScrape() {
		double now = System.currentTimeMillis() / 1000.0;
		await().atMost(Duration.ofSeconds(20))
			.ignoreExceptions()
			.until(() -> query("min(timestamp(up == 1))").stream().anyMatch((time) -> time > now));
	}

	/** The values that a query has now; fails if it is no query. */
	List<Double> query(String query) throws IOException, InterruptedException {
		HttpResponse<String> response = CLIENT.send(
				HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/query?query=%s".formatted(this.port,
						URLEncoder.encode(query, StandardCharsets.UTF_8))))
					.timeout(Duration.ofSeconds(10))
					.build(),
				HttpResponse.BodyHandlers.ofString());
		JsonNode answer = JsonMapper.shared().readTree(response.body());
		if (!answer.path("status").asString("").equals("success")) {
			throw new AssertionError(query + ": " + response.body());
		}
		List<Double> values = new ArrayList<>();
		answer.path("data")
			.path("result")
			.forEach((series) -> values
				.add(Double.parseDouble(series.path("value").path(1).asString().replace("Inf", "Infinity"))));
		return values;
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroy();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
	}

}
