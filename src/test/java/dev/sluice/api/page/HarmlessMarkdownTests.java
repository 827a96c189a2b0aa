package dev.sluice.api.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.sluice.testing.Visitor;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** What a model says is shown; nothing of it runs, loads or leaves its place. */
class HarmlessMarkdownTests extends BrowserTests {

	@Test
	void showsATortureTextAsText() throws IOException {
		Visitor visitor = visit();
		visitor.page().addInitScript("window.harm = []; window.pwned = (by) => harm.push(by);");
		this.bedrock.answer(saying(read("torture")));
		visitor.open("/");

		visitor.ask("Hurt me <img src=x onerror=pwned('question')>");
		assertThat(visitor.prose()).containsText("Last words.");
		visitor.idle();
		visitor.page().reload();
		assertThat(visitor.prose()).containsText("Last words.");

		assertThat(visitor.prose()).containsText("<script>pwned('script')</script>");
		assertThat(visitor.page().evaluate("() => harm")).isEqualTo(List.of());
		assertThat(texts(visitor,
				"""
						() => [...document.querySelectorAll('.prose *')].map((e) => e.localName)
						  .filter((name) => !'p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li table thead tbody tr th td a span'
						    .concat(' div figure figcaption button svg path').split(' ').includes(name))"""))
			.isEmpty();
		assertThat(texts(visitor,
				"""
						() => [...document.querySelectorAll('.prose :not(svg, path)')].flatMap((e) => e.getAttributeNames())
						  .filter((name) => !'class href title align start target rel tabindex role aria-label type'.split(' ').includes(name))"""))
			.isEmpty();
		assertThat(texts(visitor, "() => [...document.querySelectorAll('.prose a')].map((a) => a.href)"))
			.allMatch((href) -> href.startsWith("https://") || href.startsWith("mailto:"))
			.contains("https://example.org/a?b=1&c=2", "https://evil.example/pixel.png");
		assertThat(texts(visitor, "() => [...document.querySelectorAll('.prose a')].map((a) => a.rel + a.target)"))
			.containsOnly("noopener noreferrer nofollow_blank");
		assertThat(visitor.page().locator("#connection")).hasCount(1);
	}

	@Test
	void findsTheAddressOfALinkAtTheEnd() {
		this.bedrock.answer(saying("See [the manual][1] first.\n\nThen go on.\n\n[1]: https://example.org/manual\n"));
		Visitor visitor = visit().open("/");

		visitor.ask("Where is it written?");

		assertThat(visitor.prose().locator("a")).hasAttribute("href", "https://example.org/manual");
	}

	@Test
	void showsWhatIsNestedTooDeepAsItIs() {
		String deep = ">".repeat(20_000);
		this.bedrock.answer((exchange) -> exchange.startStream()
			.messageStart()
			.delta(deep)
			.blockStop(0)
			.messageStop("end_turn")
			.metadata(3, 4)
			.end());
		Visitor visitor = visit().open("/");

		visitor.ask("How deep is it?");
		assertThat(visitor.prose()).hasText(deep);
		visitor.idle();
		visitor.page().reload();
		assertThat(visitor.prose()).hasText(deep);
	}

	@Test
	void showsRichMarkdown() throws IOException {
		this.bedrock.answer(saying(read("rich")));
		Visitor visitor = visit().open("/");

		visitor.ask("How does a lock work?");

		assertThat(visitor.prose().locator("h1")).hasText("How a lock lifts a boat");
		assertThat(visitor.prose().locator("tbody tr")).hasCount(3);
		assertThat(visitor.prose().locator("td[align=right]").last()).hasText("112.25");
		assertThat(visitor.prose().locator("figure.code .hljs-keyword").first()).hasText("public");
		assertThat(visitor.prose().locator("figure.code figcaption span")).hasText("java");
		visitor.prose().getByText("Copy").click();
		assertThat((String) visitor.page().evaluate("() => navigator.clipboard.readText()"))
			.startsWith("/** Counts the words of a file. */\npublic static void main");
	}

	@SuppressWarnings("unchecked")
	private static List<String> texts(Visitor visitor, String expression) {
		return (List<String>) visitor.page().evaluate(expression);
	}

	static String read(String name) throws IOException {
		return new ClassPathResource("page/" + name + ".md").getContentAsString(StandardCharsets.UTF_8);
	}

}
