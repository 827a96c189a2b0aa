package dev.sluice.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;

/** A Chromium of this machine, without a window, which speaks to nobody but the page. */
public final class Chromium implements AutoCloseable {

	/** What a person looks at the page with. */
	public enum Screen {

		DESK(1440, 900, false), PHONE(390, 844, true);

		private final int width;

		private final int height;

		private final boolean touch;

		Screen(int width, int height, boolean touch) {
			this.width = width;
			this.height = height;
			this.touch = touch;
		}

	}

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome-stable");

	private final Playwright playwright;

	private final Browser browser;

	private Chromium(Path executable) {
		this.playwright = Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
		this.browser = this.playwright.chromium()
			.launch(new BrowserType.LaunchOptions().setExecutablePath(executable)
				.setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
						"--disable-background-networking", "--disable-component-update", "--disable-sync",
						"--disable-dev-shm-usage")));
	}

	/** Where it is, if it is installed. */
	public static Optional<Path> installed() {
		List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
		return NAMES.stream()
			.flatMap((name) -> folders.stream().map((folder) -> Path.of(folder, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	public static Chromium start() {
		return new Chromium(installed().orElseThrow());
	}

	/** Somebody who opens the page, with nothing remembered. */
	public Visitor visit(int port, Screen screen, boolean dark) {
		BrowserContext context = this.browser
			.newContext(new Browser.NewContextOptions().setBaseURL("http://127.0.0.1:" + port)
				.setViewportSize(screen.width, screen.height)
				.setHasTouch(screen.touch)
				.setIsMobile(screen.touch)
				.setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
				.setLocale("en-GB")
				.setPermissions(List.of("clipboard-read", "clipboard-write")));
		return new Visitor(context, Stream.of("http", "ws").map((s) -> s + "://127.0.0.1:" + port + "/").toList());
	}

	@Override
	public void close() {
		this.browser.close();
		this.playwright.close();
	}

}
