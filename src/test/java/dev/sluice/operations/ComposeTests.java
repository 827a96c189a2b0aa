package dev.sluice.operations;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/** The compose file starts it all, on this machine and for nobody else. */
class ComposeTests {

	private static final Path FILE = Path.of("docker-compose.yml");

	private final Map<String, Map<String, Object>> services = services();

	@Test
	void isValid() throws Exception {
		Tool.find("docker-compose", "docker-compose").run(Path.of("."), "", "-f", FILE.toString(), "config", "--quiet");
	}

	@Test
	void startsItAll() {
		assertThat(this.services).containsOnlyKeys("sluice", "dynamodb", "prometheus", "grafana");
		assertThat(this.services.values()).noneMatch((service) -> service.containsKey("profiles"));
	}

	@Test
	void opensNothingToTheNetwork() {
		for (Map<String, Object> service : this.services.values()) {
			assertThat(strings(service, "ports")).allMatch((port) -> port.startsWith("127.0.0.1:"));
		}
	}

	@Test
	void boundsAndPinsWhatItStarts() {
		this.services.forEach((name, service) -> {
			assertThat(service).as(name).containsKeys("mem_limit", "restart");
			if (!service.containsKey("build")) {
				assertThat((String) service.get("image")).matches(".+:v?\\d+\\.\\d+\\.\\d+");
			}
		});
	}

	@Test
	void mountsWhatIsThere() {
		for (Map<String, Object> service : this.services.values()) {
			assertThat(strings(service, "volumes")).filteredOn((volume) -> volume.startsWith("."))
				.allMatch((volume) -> Files.exists(Path.of(volume.split(":")[0])))
				.allMatch((volume) -> volume.endsWith(":ro"));
		}
	}

	@Test
	void waitsOnlyForServicesThatTellTheirHealth() {
		Set<String> healthy = Set.of("sluice", "prometheus");
		for (Map<String, Object> service : this.services.values()) {
			((Map<?, ?>) service.getOrDefault("depends_on", Map.of())).forEach((name, how) -> {
				assertThat(this.services).containsKey((String) name);
				if (((Map<?, ?>) how).get("condition").equals("service_healthy")) {
					assertThat(healthy).contains((String) name);
				}
			});
		}
		assertThat(this.services.get("prometheus")).containsKey("healthcheck");
		assertThat(Observability.read(Path.of("Dockerfile"))).contains("HEALTHCHECK");
	}

	@Test
	void letsPrometheusFindTheAdminPort() {
		Map<?, ?> environment = (Map<?, ?>) this.services.get("sluice").get("environment");

		assertThat(Observability.read(Observability.DIRECTORY.resolve("prometheus.yml")))
			.contains("sluice:" + environment.get("MANAGEMENT_SERVER_PORT"));
	}

	@Test
	void letsGrafanaCallNobodyAndAskForNoPassword() {
		Map<?, ?> environment = (Map<?, ?>) this.services.get("grafana").get("environment");

		assertThat(environment.toString()).contains("GF_ANALYTICS_REPORTING_ENABLED=false",
				"GF_ANALYTICS_CHECK_FOR_UPDATES=false", "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false",
				"GF_USERS_ALLOW_SIGN_UP=false", "GF_SECURITY_DISABLE_GRAVATAR=true",
				"GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer", "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION=true");
	}

	@SuppressWarnings("unchecked")
	private static List<String> strings(Map<String, Object> service, String name) {
		return (List<String>) service.getOrDefault(name, List.of());
	}

	private static Map<String, Map<String, Object>> services() {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		Map<String, Map<String, Map<String, Object>>> file = new Yaml(new SafeConstructor(options))
			.load(Observability.read(FILE));
		return file.get("services");
	}

}
