package dev.sluice.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files with which operators watch Sluice. */
final class Observability {

	static final Path DIRECTORY = Path.of("deploy/observability");

	private Observability() {
	}

	/** An alert of the rules. */
	record Alert(String name, String expression, Map<String, String> labels, Map<String, String> annotations) {
	}

	static JsonNode dashboard() {
		return JsonMapper.shared().readTree(read(DIRECTORY.resolve("grafana/dashboards/sluice.json")));
	}

	/** The panels of the dashboard that show something. */
	static List<JsonNode> panels() {
		List<JsonNode> panels = new ArrayList<>();
		dashboard().path("panels").forEach((panel) -> {
			if (!panel.path("type").asString().equals("row")) {
				panels.add(panel);
			}
		});
		return panels;
	}

	/** The queries of a panel, with its variables as they are when all is shown. */
	static List<Query> queries(JsonNode panel) {
		List<Query> queries = new ArrayList<>();
		panel.path("targets").forEach((target) -> queries.add(new Query(target.path("expr").asString())));
		return queries;
	}

	@SuppressWarnings("unchecked")
	static List<Alert> alerts() {
		Map<String, Object> rules = new Yaml(new SafeConstructor(new LoaderOptions()))
			.load(read(DIRECTORY.resolve("alerts.yml")));
		List<Alert> alerts = new ArrayList<>();
		for (Map<String, Object> group : (List<Map<String, Object>>) rules.get("groups")) {
			for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
				alerts.add(new Alert((String) rule.get("alert"), (String) rule.get("expr"),
						(Map<String, String>) rule.get("labels"), (Map<String, String>) rule.get("annotations")));
			}
		}
		return alerts;
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
