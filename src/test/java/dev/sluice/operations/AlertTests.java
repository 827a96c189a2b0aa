package dev.sluice.operations;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.sluice.operations.Observability.Alert;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alerts are rules that Prometheus takes, and somebody who is woken knows what to do.
 */
class AlertTests {

	@Test
	void areRulesThatPrometheusTakes() throws Exception {
		assertThat(promtool("check", "rules", "alerts.yml")).contains(Observability.alerts().size() + " rules found");
		assertThat(promtool("check", "config", "prometheus.yml")).contains("is valid");
	}

	@Test
	void fireWhenTheyShouldAndOnlyThen() throws Exception {
		String tests = Observability.read(Observability.DIRECTORY.resolve("alerts-test.yml"));
		for (Alert alert : Observability.alerts()) {
			assertThat(tests).contains("- name: " + alert.name() + " fires\n",
					"- name: " + alert.name() + " does not fire\n");
		}

		assertThat(promtool("test", "rules", "alerts-test.yml")).contains("SUCCESS");
	}

	@Test
	void sayWhatHappensAndWhereToReadOn() {
		for (Alert alert : Observability.alerts()) {
			assertThat(alert.labels().get("severity")).as(alert.name()).isIn("warning", "critical");
			assertThat(alert.annotations()).as(alert.name()).containsOnlyKeys("summary", "description", "runbook_url");
			assertThat(alert.annotations().get("runbook_url"))
				.isEqualTo("docs/runbook.md#" + alert.name().toLowerCase(Locale.ROOT));
		}
	}

	@Test
	void haveASectionOfTheRunbookEach() {
		String runbook = Observability.read(Path.of("docs/runbook.md"));
		List<String> sections = Pattern.compile("(?m)^## (Sluice\\w+)$")
			.matcher(runbook)
			.results()
			.map((section) -> section.group(1))
			.toList();

		assertThat(sections).containsExactlyElementsOf(Observability.alerts().stream().map(Alert::name).toList());
	}

	private static String promtool(String... arguments) throws Exception {
		return Tool.find("promtool", "prometheus").run(Observability.DIRECTORY, "", arguments);
	}

}
