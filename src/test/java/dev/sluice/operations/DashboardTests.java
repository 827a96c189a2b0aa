package dev.sluice.operations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard is one that Grafana loads and a reader understands. */
class DashboardTests {

	@Test
	void explainsEveryPanel() {
		for (JsonNode panel : Observability.panels()) {
			String title = panel.path("title").asString("");
			assertThat(title).isNotBlank();
			assertThat(panel.path("description").asString("")).as(title).endsWith(".");
			assertThat(panel.path("fieldConfig").path("defaults").path("unit").asString("")).as(title).isNotBlank();
			assertThat(Observability.queries(panel)).as(title)
				.isNotEmpty()
				.allSatisfy((query) -> assertThat(query.text()).isNotBlank());
		}
	}

	@Test
	void namesEverythingOnce() {
		List<Integer> ids = new ArrayList<>();
		List<String> titles = new ArrayList<>();
		Observability.dashboard().path("panels").forEach((panel) -> {
			ids.add(panel.path("id").asInt());
			if (!panel.path("type").asString().equals("row")) {
				titles.add(panel.path("title").asString());
			}
		});

		assertThat(ids).doesNotHaveDuplicates().doesNotContain(0);
		assertThat(titles).doesNotHaveDuplicates();
		for (JsonNode panel : Observability.panels()) {
			assertThat(panel.path("targets").findValuesAsString("refId")).doesNotHaveDuplicates();
		}
	}

	@Test
	void laysPanelsBesideEachOther() {
		List<JsonNode> placed = new ArrayList<>();
		Observability.dashboard().path("panels").forEach((panel) -> {
			JsonNode place = panel.path("gridPos");
			assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
			assertThat(placed).noneMatch((other) -> overlap(place, other));
			placed.add(place);
		});
	}

	private static boolean overlap(JsonNode one, JsonNode other) {
		return crosses(one, other, "x", "w") && crosses(one, other, "y", "h");
	}

	private static boolean crosses(JsonNode one, JsonNode other, String start, String length) {
		return one.path(start).asInt() < other.path(start).asInt() + other.path(length).asInt()
				&& other.path(start).asInt() < one.path(start).asInt() + one.path(length).asInt();
	}

	/** Whoever imports it elsewhere chooses the data source, and the nodes. */
	@Test
	void asksTheDataSourceAndTheNodesThatAreChosen() {
		List<String> variables = Observability.dashboard()
			.path("templating")
			.path("list")
			.valueStream()
			.map((variable) -> variable.path("name").asString())
			.toList();

		assertThat(variables).containsExactly("datasource", "instance");
		for (JsonNode panel : Observability.panels()) {
			assertThat(panel.findValuesAsString("uid")).containsOnly("${datasource}");
			assertThat(Observability.queries(panel)).allSatisfy(
					(query) -> assertThat(query.selectors()).allMatch((selector) -> selector.metric().equals("up")
							|| selector.matchers().contains(new Query.Matcher("instance", "=~", "$instance"))));
		}
	}

	@Test
	void isProvidedToGrafanaTogetherWithItsDataSource() {
		Path provisioning = Observability.DIRECTORY.resolve("grafana/provisioning");
		String compose = Observability.read(Path.of("docker-compose.yml"));

		String source = Observability.read(provisioning.resolve("datasources/prometheus.yml"));
		assertThat(source).contains("uid: prometheus\n", "url: http://prometheus:9090\n");
		assertThat(Observability.dashboard().findValue("current").path("value").asString()).isEqualTo("prometheus");
		String folder = "/etc/grafana/dashboards";
		assertThat(Observability.read(provisioning.resolve("dashboards/sluice.yml"))).contains("path: " + folder);
		assertThat(compose).contains("./deploy/observability/grafana/dashboards:" + folder + ":ro",
				"./deploy/observability/grafana/provisioning:/etc/grafana/provisioning:ro", folder + "/sluice.json");
	}

}
