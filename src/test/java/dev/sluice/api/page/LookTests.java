package dev.sluice.api.page;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sluice.testing.Chromium.Screen;
import dev.sluice.testing.Visitor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The states of the page on a desk and on a phone, light and dark: nothing keeps anybody
 * out, as far as axe can tell, nothing sticks out or moves the frame, and a screenshot of
 * each is in {@code target/screenshots}.
 */
class LookTests extends BrowserTests {

	@ParameterizedTest
	@CsvSource({ "DESK,false", "DESK,true", "PHONE,false", "PHONE,true" })
	void isFitToBeSeen(Screen screen, boolean dark) throws IOException {
		String name = (screen == Screen.DESK ? "desk-1440" : "phone-390") + (dark ? "-dark-" : "-light-");
		CountDownLatch streaming = new CountDownLatch(1);
		String rich = HarmlessMarkdownTests.read("rich");
		Visitor visitor = visit(screen, dark).open("/");
		Page page = visitor.page();
		assertThat(page.locator(".pick").first()).isVisible();
		look(visitor, name + "1-empty");

		this.bedrock.answer((exchange) -> {
			exchange.startStream().messageStart().delta(rich.substring(0, 420)).await(streaming);
			exchange.delta(rich.substring(420)).blockStop(0).messageStop("end_turn").metadata(1812, 345);
		});
		visitor.message().fill("How does a lock work? Answer to ann@example.com.");
		visitor.button("Send").click();
		assertThat(visitor.prose()).containsText("short answers");
		look(visitor, name + "2-streaming");

		streaming.countDown();
		visitor.idle();
		look(visitor, name + "3-answer-end");
		page.locator(".question").last().evaluate("(question) => question.scrollIntoView({ block: 'start' })");
		assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Newest"))).isVisible();
		look(visitor, name + "4-answer");

		this.bedrock.answer((exchange) -> exchange.error(429, "ThrottlingException", "Too many requests"));
		visitor.message().fill("And how long does it take?");
		visitor.button("Send").click();
		assertThat(visitor.answer().getByRole(AriaRole.ALERT)).isVisible();
		look(visitor, name + "5-error");

		page.getByLabel("Template", new Page.GetByLabelOptions().setExact(true)).selectOption("rewrite");
		assertThat(page.getByLabel("Style")).isVisible();
		look(visitor, name + "6-template");

		page.getByLabel("Without template").click();
		visitor.button("Settings").click();
		look(visitor, name + "7-settings");
		visitor.button("Settings").click();

		if (screen == Screen.PHONE) {
			Locator open = page.locator("#open-drawer");
			open.click();
			assertThat(page.locator("#close-drawer")).isFocused();
			look(visitor, name + "8-drawer");
			page.keyboard().press("Escape");
			assertThat(open).isFocused();
		}
		else {
			page.locator(".conversation").first().hover();
			look(visitor, name + "8-hover");
		}
	}

	private static void look(Visitor visitor, String name) {
		visitor.screenshot(name);
		assertThat(visitor.barriers()).as(name).isEmpty();
		assertThat(visitor.page()
			.evaluate(
					"""
							() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight, scrollY]"""))
			.as(name)
			.isEqualTo(List.of(0, 0, 0));
	}

}
