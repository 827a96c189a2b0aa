package dev.sluice.api.page;

import java.net.URI;
import java.util.List;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sluice.testing.Chromium;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.Visitor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** The prompt workbench as somebody has it who writes templates. */
class WorkbenchTests extends BrowserTests {

	private static int templates;

	private final String name = "workbench.t" + ++templates;

	private Visitor visitor;

	private Page page;

	private Gateway gateway;

	@BeforeEach
	void come() {
		come(Chromium.Screen.DESK, false);
	}

	private void come(Chromium.Screen screen, boolean dark) {
		this.visitor = visit(screen, dark);
		this.page = this.visitor.page();
		this.page.navigate("/#/workbench");
		this.gateway = new Gateway(URI.create(this.page.url()).getPort());
	}

	@Test
	void writesATemplateAndRunsItBesideItsNextVersion() {
		this.bedrock.answerByDefault(
				(exchange) -> saying(exchange.request().text().contains("Be formal") ? "Good day, Ann." : "Hello, Ann.")
					.to(exchange));

		this.visitor.button("New template").click();
		this.page.getByLabel("Its name").fill("Not a name");
		this.visitor.button("Begin").click();
		assertThat(this.page.locator("dialog")).containsText("is not a name");
		this.page.getByLabel("Its name").fill(this.name);
		this.visitor.button("Begin").click();
		assertThat(heading()).hasText(this.name);
		system().fill("Greet.");
		label("Text of message 1").fill("{{name}}");
		this.visitor.button("Add a variable").click();
		label("Name").fill("name");
		save(1);
		system().fill("Greet. Be formal.");
		this.page.reload();
		assertThat(system()).hasValue("Greet. Be formal.");
		assertThat(this.page.locator(".editor .state")).hasText("Not saved");
		view("Run");
		assertThat(this.page.locator(".trial")).containsText("What is run here is what is saved");
		view("Edit");
		save(2);

		view("Run");
		assertThat(label("First")).hasValue("label latest");
		assertThat(label("Second")).hasValue("version 1");
		this.visitor.button("Dry run").click();
		assertThat(this.page.locator("#trial-name-wrong")).hasText("This is needed.");
		this.page.locator("#trial-name").fill("Ann");
		this.visitor.button("Dry run").click();
		assertThat(contender("First").locator(".said").first()).containsText("Greet. Be formal.");
		assertThat(contender("First")).containsText("<untrusted name=\"name\">Ann</untrusted>");
		assertThat(contender("Second")).containsText("Version 1 for fast, about ");
		assertThat(this.bedrock.requests()).isEmpty();

		this.visitor.button("Run both").click();
		assertThat(contender("First").locator(".prose")).hasText("Good day, Ann.");
		assertThat(contender("Second").locator(".prose")).hasText("Hello, Ann.");
		assertThat(contender("Second").locator(".state")).containsText("Complete · end_turn");
		assertThat(contender("Second").locator(".details")).containsText("120 tokens in, 345 out");
		assertThat(contender("Second").locator(".details")).containsText("s to the first token");
		assertThat(contender("Second").locator(".details")).containsText("$");
		this.visitor.button("Mark the differences").click();
		assertThat(this.page.locator(".difference mark"))
			.hasText(new String[] { "Only in the first: Good day", "Only in the second: Hello" });
	}

	@Test
	void findsTemplatesByTheBeginningOfTheirNames() {
		templateWith("Greet.");
		this.page.reload();
		Locator names = this.page.locator(".template-list .title");
		assertThat(names.first()).hasText("classify");
		this.page.locator("#template-prefix").fill(this.name);
		assertThat(names.first()).hasText(this.name);
		this.page.locator("#template-prefix").fill("nobody.has-this");
		assertThat(this.page.locator(".templates .empty")).hasText("No name begins so.");
	}

	@Test
	void leavesTheCursorWhereItIsWhenSaving() {
		templateWith("Greet.");
		open("");
		label("Text of message 1").fill("Hello");
		press("Control+s");
		assertThat(this.visitor.button("Save as version 3")).isDisabled();
		assertThat(label("Text of message 1")).isFocused();
		type(" you");
		assertThat(this.visitor.button("Save as version 3")).isEnabled();
		press("Control+s");
		assertThat(this.visitor.button("Save as version 4")).isDisabled();
		assertThat(this.gateway.get("/v1/templates/" + this.name).body()).contains("Hello you");
	}

	@Test
	void stopsOneAnswerWhileTheOtherGoesOn() {
		templateWith("One.", "Two.");
		this.bedrock.answerByDefault((exchange) -> {
			if (exchange.request().text().contains("Two.")) {
				exchange.startStream().messageStart().delta("It begins and ").hang();
			}
			else {
				saying("A whole answer.").to(exchange);
			}
		});
		open("/run");

		this.visitor.button("Run both").click();
		assertThat(contender("First").locator(".prose")).hasText("It begins and");
		assertThat(contender("Second").locator(".state")).containsText("Complete");
		this.visitor.button("Stop the first").click();
		assertThat(contender("First").locator(".state")).containsText("Stopped");
		assertThat(contender("First").locator(".details")).containsText("stopped");
		assertThat(this.visitor.button("Run the first")).isVisible();
	}

	@Test
	void runsOneTemplateOnTwoModelsAndTellsWhatGuardrailsFound() {
		templateWith("Answer.");
		this.bedrock.answerByDefault(saying("Write to bob@example.com."));
		open("/run");

		label("Second").selectOption("version 1");
		contender("Second").getByLabel("Model").selectOption("smart");
		contender("Second").getByLabel("Longest answer").fill("17");
		this.visitor.button("Run both").click();

		assertThat(contender("First").locator(".details")).containsText("fast");
		assertThat(contender("Second").locator(".details")).containsText("smart");
		assertThat(contender("Second").locator(".findings")).containsText("EMAIL masked in the answer");
		assertThat(this.bedrock.requests()).anyMatch((request) -> request.text().contains("\"maxTokens\":17"));
	}

	@Test
	void showsAProblemInsteadOfAnAnswer() {
		templateWith("Answer.");
		this.bedrock.answerByDefault((exchange) -> exchange.error(500, "InternalServerException", "broken"));
		open("/run");

		this.visitor.button("Run the first").click();

		assertThat(contender("First").locator(".notice.problem")).containsText("The model");
		assertThat(contender("First").locator(".state")).containsText("Failed");
		forgive("500", "502", "503");
	}

	@Test
	void showsWhatSomebodyElseSavedMeanwhileAndSavesOnTopOfIt() {
		templateWith("Greet.");
		open("");
		system().fill("Greet in Latin.");
		put("Greet twice.");

		this.visitor.button("Save as version 2").click();
		Locator conflict = this.page.locator(".conflict");
		assertThat(conflict).containsText("saved version 2 meanwhile");
		assertThat(conflict.locator("del")).containsText("-Greet.");
		assertThat(conflict.locator("ins")).containsText("+Greet twice.");
		assertThat(system()).hasValue("Greet in Latin.");
		this.visitor.button("Save mine as version 3").click();

		assertThat(this.page.locator(".editor .state")).hasText("");
		assertThat(Gateway.json(this.gateway.get("/v1/templates/" + this.name)).path("system").asString())
			.isEqualTo("Greet in Latin.");
		forgive("409");
	}

	@Test
	void marksTheFieldThatDoesNotFit() {
		templateWith("Greet.");
		open("");
		system().fill("Greet {{whom}}.");

		this.visitor.button("Save as version 2").click();

		assertThat(this.page.locator("[data-path=system] .wrong")).containsText("whom");
		assertThat(system()).isFocused();
		assertThat(system()).hasAttribute("aria-invalid", "true");
		this.visitor.button("Discard changes").click();
		this.visitor.button("Discard").click();
		assertThat(system()).hasValue("Greet.");
		forgive("422");
	}

	@Test
	void putsMessagesInOrderAndWritesVariablesInJson() {
		templateWith("Greet.");
		open("");
		this.visitor.button("Add a message").click();
		label("Text of message 2").fill("Well?");
		this.visitor.button("Move up message 2").click();
		assertThat(label("Text of message 1")).hasValue("Well?");
		this.visitor.button("Move down message 1").click();
		this.visitor.button("Edit as JSON").click();
		label("Variables in JSON").fill("{");
		this.visitor.button("Save as version 2").click();
		assertThat(this.page.locator("[data-path=variables] .wrong")).hasText("This is not a JSON object.");
		label("Variables in JSON")
			.fill("{\"tone\": {\"type\": \"enum\", \"values\": [\"warm\", \"cool\"], \"default\": \"warm\"}}");
		this.visitor.button("Edit as JSON").click();
		assertThat(label("Default")).hasValue("warm");
		assertThat(label("Values, one a line")).hasValue("warm\ncool");
		save(2);

		var saved = Gateway.json(this.gateway.get("/v1/templates/" + this.name));
		assertThat(saved.path("messages").get(1).toString())
			.isEqualTo("{\"role\":\"assistant\",\"content\":\"Well?\"}");
		assertThat(saved.path("variables").toString()).isEqualTo(
				"{\"tone\":{\"type\":\"enum\",\"required\":false,\"default\":\"warm\",\"values\":[\"warm\",\"cool\"]}}");
	}

	@Test
	void sharesALabelOutAndTellsWhenSomebodyWasFaster() {
		templateWith("One.", "Two.", "Three.");
		open("/history");
		this.visitor.button("Set a label").click();
		label("Label").fill("production");
		label("Version").selectOption("1");
		this.visitor.button("Set").click();
		assertThat(this.page.locator(".labels")).containsText("production");

		this.visitor.button("Move production").click();
		this.visitor.button("Share with another version").click();
		assertThat(this.page.locator("dialog")).containsText("Weight, 10 %");
		this.page.getByLabel("Weight, 10 %").fill("0");
		this.visitor.button("Move").click();
		assertThat(this.page.locator("dialog .wrong").last()).containsText("must be a whole number from 1");
		this.page.locator("dialog input").last().fill("30");
		this.gateway.put(labelled(), "{\"version\": 2}");
		this.visitor.button("Move").click();
		assertThat(this.page.locator("dialog")).containsText("production points to v2 now");
		this.visitor.button("Move").click();
		assertThat(this.page.locator(".labels .target")).hasText("v1 75 %, v3 25 %");
		assertThat(this.visitor.button("Move production")).isFocused();
		assertThat(this.page.locator(".versions li").first()).containsText("production 25 %");

		this.visitor.button("Remove production").click();
		this.visitor.button("Remove").click();
		assertThat(this.page.locator(".labels")).hasText("None: requests get the latest version.");
		assertThat(Gateway.json(this.gateway.get("/v1/templates/" + this.name)).path("labels").toString())
			.isEqualTo("{}");
		forgive("400", "409", "422");
	}

	@Test
	void worksWithoutAMouse() {
		this.bedrock.answerByDefault(saying("Typed."));
		tabTo(this.visitor.button("New template"));
		press("Enter");
		type(this.name);
		press("Enter");
		assertThat(heading()).isFocused();
		tabTo(system());
		type("Greet.");
		tabTo(label("Text of message 1"));
		type("Hello");
		press("Control+s");
		assertThat(this.page.locator(".views a")).hasCount(3);
		tabTo(this.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Run")), "Shift+Tab");
		press("Enter");
		assertThat(this.visitor.button("Run")).isVisible();
		tabTo(this.visitor.button("Run"));
		press("Enter");
		assertThat(contender("First").locator(".prose")).hasText("Typed.");
	}

	@Test
	void readsAnEventStreamInWhateverPiecesItComes() {
		List<?> events = (List<?>) this.page.evaluate(
				"""
						async () => {
						  const { events } = await import('/app/workbench/sse.js');
						  const text = '\\uFEFF: hello\\r\\n\\r\\nevent: a\\r\\ndata: é€😀\\r\\n\\r\\nid: 7\\ndata:one\\ndata: two\\ndata\\n\\n'
						    + 'event: lost\\n\\n: c\\revent: b\\rdata:  x\\r\\rdata: never ended';
						  const bytes = new TextEncoder().encode(text);
						  const all = [];
						  for (const size of [1, 2, 3, 5, 7, 1000]) {
						    const stream = new ReadableStream({ start(controller) {
						      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
						      controller.close();
						    } });
						    const found = [];
						    for await (const { event, data } of events(stream)) found.push(`${event}=${data}`);
						    all.push(found.join('|'));
						  }
						  return all;
						}""");
		assertThat(events).hasSize(6).allMatch("a=é€😀|message=one\ntwo\n|b= x"::equals);
	}

	@ParameterizedTest
	@CsvSource({ "DESK, false", "PHONE, true" })
	void canBeReadByEverybody(Chromium.Screen screen, boolean dark) {
		come(screen, dark);
		templateWith("One, be {{tone}}.", "Two, be {{tone}} and brief.");
		this.gateway.put(labelled(), "{\"weights\": {\"1\": 90, \"2\": 10}}");
		this.bedrock.answerByDefault(saying("A **short** answer to ann@example.com."));
		this.page.reload();
		assertThat(this.page.locator(".template-list a").first()).isVisible();
		look(screen, dark, "list");
		open("");
		look(screen, dark, "edit");
		view("Run");
		this.visitor.button("Dry run").click();
		assertThat(contender("Second").locator(".said").first()).isVisible();
		look(screen, dark, "dry-run");
		this.visitor.button("Run both").click();
		assertThat(contender("First").locator(".findings")).isVisible();
		assertThat(contender("Second").locator(".findings")).isVisible();
		look(screen, dark, "run");
		view("Versions and labels");
		assertThat(this.page.locator(".diff ins")).isVisible();
		look(screen, dark, "versions");
		this.visitor.button("Move production").click();
		look(screen, dark, "label");
	}

	private void look(Chromium.Screen screen, boolean dark, String what) {
		this.visitor
			.screenshot("workbench-%s-%s-%s".formatted(what, screen.name().toLowerCase(), dark ? "dark" : "light"));
		assertThat((Integer) this.page.evaluate("document.documentElement.scrollWidth - innerWidth")).isZero();
		assertThat(this.visitor.barriers()).isEmpty();
	}

	/** Makes one version after the other. */
	private void templateWith(String... systems) {
		for (String system : systems) {
			put(system);
		}
	}

	private void put(String system) {
		String variables = system.contains("{{tone}}")
				? "{\"tone\": {\"type\": \"enum\", \"values\": [\"warm\", \"cool\"], \"default\": \"warm\"}}" : "{}";
		var response = this.gateway.put("/v1/templates/" + this.name, """
				{"description": "Greets somebody", "system": "%s", "messages": [{"role": "user", "content": "Hi"}],
				 "variables": %s, "model": "fast"}""".formatted(system, variables));
		assertThat(response.statusCode()).isEqualTo(201);
	}

	private String labelled() {
		return "/v1/templates/" + this.name + "/labels/production";
	}

	private void open(String view) {
		this.page.navigate("/#/workbench/" + this.name + view);
		assertThat(heading()).hasText(this.name);
		assertThat(this.page.locator(".views a")).hasCount(3);
	}

	private void view(String name) {
		this.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true)).click();
	}

	private void save(int version) {
		this.visitor.button("Save as version " + version).click();
		assertThat(this.visitor.button("Save as version " + (version + 1))).isDisabled();
	}

	private Locator heading() {
		return this.page.locator(".desk-head h2");
	}

	private Locator system() {
		return this.page.locator("[data-path=system] textarea");
	}

	private Locator label(String text) {
		return this.page.locator(".desk:visible, dialog")
			.getByLabel(text, new Locator.GetByLabelOptions().setExact(true));
	}

	private Locator contender(String title) {
		return this.page.locator(".contender[aria-label='" + title + " run']");
	}

	private void press(String key) {
		this.page.keyboard().press(key);
	}

	private void type(String text) {
		this.page.keyboard().type(text);
	}

	private void tabTo(Locator target) {
		tabTo(target, "Tab");
	}

	private void tabTo(Locator target, String key) {
		assertThat(target).isVisible();
		for (int i = 0; i < 60; i++) {
			if ((Boolean) target.evaluate("(element) => element === document.activeElement")) {
				return;
			}
			press(key);
		}
		assertThat(target).isFocused();
	}

	/**
	 * A browser complains of every answer that is a problem, also of one that is meant.
	 */
	private void forgive(String... statuses) {
		this.visitor.complaints()
			.removeIf((complaint) -> List.of(statuses)
				.stream()
				.anyMatch((status) -> complaint.contains("responded with a status of " + status)));
	}

}
