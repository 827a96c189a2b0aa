package dev.sluice.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables in {@code docs/configuration.md} are what the metadata of the settings say,
 * which come from the Javadoc of their records. A setting stands in the section with the
 * longest prefix.
 */
class ConfigurationDocTests {

	private static final Pattern SECTION = Pattern.compile("(<!-- settings (\\S+) -->\n).*?(<!-- /settings -->)",
			Pattern.DOTALL);

	private static final Pattern MAP = Pattern
		.compile("java\\.util\\.Map<java\\.lang\\.String,(dev\\.sluice\\.[^<>]*)>");

	@Test
	void namesEverySetting() throws IOException {
		Page page = Page.of("docs/configuration.md");
		List<Setting> settings = settings();
		List<String> prefixes = SECTION.matcher(page.text()).results().map((found) -> found.group(2)).toList();

		assertThat(settings).as("settings without a section such as <!-- settings sluice.api --> <!-- /settings -->")
			.allMatch((setting) -> setting.section(prefixes).isPresent());
		page.mustBe(SECTION.matcher(page.text())
			.replaceAll((section) -> Matcher
				.quoteReplacement(section.group(1) + table(settings, prefixes, section.group(2)) + section.group(3))));
	}

	private static String table(List<Setting> settings, List<String> prefixes, String section) {
		return settings.stream()
			.filter((setting) -> setting.section(prefixes).orElseThrow().equals(section))
			.map(Setting::row)
			.collect(Collectors.joining("", "| setting | default | what it is |\n|---|---|---|\n", ""));
	}

	private static List<Setting> settings() throws IOException {
		List<Setting> settings = new ArrayList<>();
		for (JsonNode property : properties("META-INF/spring-configuration-metadata.json")) {
			Setting setting = Setting.of("", property);
			settings.add(setting);
			Matcher map = MAP.matcher(property.path("type").asString());
			if (map.matches()) {
				for (JsonNode nested : properties("META-INF/spring/configuration-metadata/" + map.group(1) + ".json")) {
					settings.add(Setting.of(setting.name() + ".*.", nested));
				}
			}
		}
		return settings;
	}

	private static Iterable<JsonNode> properties(String resource) throws IOException {
		return JsonMapper.shared()
			.readTree(new ClassPathResource(resource).getContentAsByteArray())
			.get("properties")
			.values();
	}

	private record Setting(String name, String value, String description) {

		static Setting of(String prefix, JsonNode property) {
			String name = prefix + property.get("name").stringValue();
			String description = property.path("description").asString("");
			assertThat(description).as(name).isNotBlank().doesNotContain("{@", " by default;", "|");
			return new Setting(name, property.path("defaultValue").asString(""), description);
		}

		Optional<String> section(List<String> prefixes) {
			return Stream.iterate(this.name, (prefix) -> !prefix.isEmpty(), Setting::parent)
				.filter(prefixes::contains)
				.findFirst();
		}

		private static String parent(String name) {
			return name.substring(0, Math.max(0, name.lastIndexOf('.')));
		}

		String row() {
			return "| `%s` | %s| %s |\n".formatted(this.name, this.value.isEmpty() ? "" : "`" + this.value + "` ",
					this.description);
		}

	}

}
