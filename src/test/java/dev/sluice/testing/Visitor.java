package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

/**
 * Somebody at the page. What the browser complains of, and every request to another host,
 * is written down.
 */
public final class Visitor implements AutoCloseable {

	private static final Path SCREENSHOTS = Path.of("target/screenshots");

	private final BrowserContext context;

	private final Page page;

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private final List<WebSocketRoute> connections = new CopyOnWriteArrayList<>();

	Visitor(BrowserContext context, List<String> own) {
		this.context = context;
		context.setDefaultTimeout(10_000);
		this.page = context.newPage();
		this.page.onConsoleMessage((message) -> {
			if (message.type().equals("error")) {
				this.complaints.add(message.text() + " (" + message.location() + ")");
			}
		});
		this.page.onPageError((error) -> this.complaints.add("uncaught: " + error));
		this.page.onDialog((dialog) -> {
			this.complaints.add("dialog: " + dialog.message());
			dialog.dismiss();
		});
		context.onRequest((request) -> {
			if (own.stream().noneMatch(request.url()::startsWith) && !request.url().startsWith("data:")) {
				this.complaints.add("request to " + request.url());
			}
		});
		this.page.routeWebSocket((url) -> true, (socket) -> {
			socket.connectToServer();
			this.connections.add(socket);
		});
	}

	public Page page() {
		return this.page;
	}

	public Visitor open(String path) {
		this.page.navigate(path);
		assertThat(this.page.locator("#connection")).hasAttribute("data-state", "connected");
		return this;
	}

	/** Another window of the same person. */
	public Page window() {
		return this.context.newPage();
	}

	/** Cuts the connection; the page makes a new one. */
	public void loseConnection() {
		this.connections.removeLast().close();
	}

	public void ask(String text) {
		message().fill(text);
		message().press("Enter");
	}

	public Locator message() {
		return this.page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
	}

	/** The newest answer. */
	public Locator answer() {
		return this.page.locator(".answer").last();
	}

	/** The text of the newest answer, without what stands under it. */
	public Locator prose() {
		return answer().locator(".prose");
	}

	public Locator button(String name) {
		return this.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
	}

	/** Waits until no answer is running. */
	public Visitor idle() {
		assertThat(this.page.locator(".send")).hasAttribute("data-running", "false");
		assertThat(answer()).not().hasAttribute("aria-busy", "true");
		return this;
	}

	/** Everything that the browser complained of, and every request to another host. */
	public List<String> complaints() {
		return this.complaints;
	}

	/** What axe finds fault with, in short. */
	@SuppressWarnings("unchecked")
	public List<String> barriers() {
		this.page.evaluate(axe());
		List<String> barriers = (List<String>) this.page.evaluate(
				"""
						async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(({ id, help, nodes }) =>
						  nodes.map((node) => `${id}: ${help}: ${node.target} ${node.html.slice(0, 200)} ${node.failureSummary}`))""");
		// It reads letters back from a canvas, which Chromium finds slow.
		this.complaints.removeIf((complaint) -> complaint.startsWith("warning: Canvas2D"));
		return barriers;
	}

	public void screenshot(String name) {
		this.page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png"))
			.setAnimations(com.microsoft.playwright.options.ScreenshotAnimations.DISABLED));
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static String axe() {
		try (var in = Visitor.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
			return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
