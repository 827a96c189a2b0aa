package dev.sluice.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Links between the pages lead to files and headings that are there. */
class LinksTests {

	private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");

	static List<Page> pages() {
		return Page.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void leadSomewhere(Page page) {
		// Code is taken out of links' texts as well, which does no harm.
		Stream<String> links = LINK.matcher(CODE.matcher(page.text()).replaceAll(""))
			.results()
			.map((link) -> link.group(1))
			.filter((link) -> !link.matches("[a-z]+:.*"));

		assertThat(links).allMatch((link) -> isThere(page.file(), link));
	}

	private static boolean isThere(Path page, String link) {
		String[] parts = link.split("#", 2);
		Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
		return Files.exists(target) && (parts.length == 1 || anchors(new Page(target)).contains(parts[1]));
	}

	/** The anchors that GitHub makes of headings. */
	private static Set<String> anchors(Page page) {
		return HEADING.matcher(page.text().replaceAll("(?ms)^```.*?^```", ""))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

}
