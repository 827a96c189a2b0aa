package dev.sluice.operations;

import java.io.File;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sluice.testing.Gateway;
import dev.sluice.testing.HttpSocket;
import dev.sluice.testing.LocalDynamo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators ask can be given a port of its own, away from the doors. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "management.server.address=127.0.0.1",
				"sluice.model.simulated.first-token=1ms", "sluice.model.simulated.between-tokens=1ms",
				"management.prometheus.metrics.export.enabled=true" })
@ActiveProfiles("local")
@ContextConfiguration(initializers = LocalDynamo.class)
class AdminPortTests {

	private static final List<String> ADMIN = List.of("/actuator/health", "/actuator/health/liveness",
			"/actuator/health/readiness", "/actuator/prometheus", "/actuator/info");

	private Gateway doors;

	private Gateway admin;

	@BeforeEach
	void begin(@LocalServerPort int port, @LocalManagementPort int adminPort) {
		this.doors = new Gateway(port);
		this.admin = new Gateway(adminPort);
	}

	@Test
	void keepsTheActuatorOffTheDoors() {
		for (String path : ADMIN) {
			HttpResponse<String> outside = this.doors.get(path);

			assertThat(this.admin.get(path).statusCode()).as(path).isEqualTo(200);
			assertThat(outside.statusCode()).as(path).isEqualTo(404);
			assertThat(Gateway.json(outside).path("code").asString()).isEqualTo("not-found");
			assertThat(outside.headers().firstValue("X-Trace-Id")).isPresent();
		}
	}

	@Test
	void keepsTheDoorsOffTheAdminPort() {
		assertThat(this.admin.generate(Gateway.HI).statusCode()).isEqualTo(404);
		assertThat(this.admin.get("/v1/templates").statusCode()).isEqualTo(404);
		assertThat(this.admin.get("/ws").statusCode()).isEqualTo(404);
	}

	@Test
	void servesTheDoorsAsEver() throws Exception {
		assertThat(this.doors.generate(Gateway.HI).statusCode()).isEqualTo(200);
		assertThat(this.doors.stream(Gateway.HI).all().getLast().type()).isEqualTo("completed");
		assertThat(this.doors.stomp().generate(Gateway.HI).untilEnd().getLast().type()).isEqualTo("completed");
		assertThat(this.admin.get("/actuator/prometheus").body())
			.containsPattern("gen_ai_server_request_duration_seconds_count\\{.*sluice_door=\"stomp\"")
			.contains("sluice_generations_limit");
	}

	/** Problems, traces and the watch over clients are the doors' own. */
	@Test
	void answersWhatItCannotReadOnBothPorts() throws Exception {
		for (Gateway port : List.of(this.doors, this.admin)) {
			try (HttpSocket socket = port.socket()) {
				assertThat(socket.send("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n").response().status()).isEqualTo(505);
			}
		}
		assertThat(this.admin.get("/no-such-path").statusCode()).isEqualTo(404);
		assertThat(this.admin.get("/no-such-path").body()).doesNotContain("Exception", "dev.sluice");
	}

	@Test
	void isWhereTheContainerAsksForItsHealth() throws Exception {
		Process healthy = healthy("MANAGEMENT_SERVER_PORT", this.admin.port());
		Process asUsual = healthy("SERVER_PORT", this.doors.port());

		assertThat(healthy.exitValue()).isZero();
		assertThat(asUsual.exitValue()).as("there is no actuator").isNotZero();
	}

	private static Process healthy(String variable, int port) throws Exception {
		ProcessBuilder script = new ProcessBuilder("bash", Path.of("docker", "healthy").toString());
		script.environment().keySet().removeAll(List.of("SERVER_PORT", "MANAGEMENT_SERVER_PORT"));
		script.environment().put(variable, Integer.toString(port));
		script.redirectErrorStream(true).redirectOutput(new File("/dev/null"));
		Process process = script.start();
		assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		return process;
	}

}
