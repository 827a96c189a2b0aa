package dev.sluice.api.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.sluice.SluiceApplication;
import dev.sluice.testing.Chromium;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeBedrockInitializer;
import dev.sluice.testing.Gateway;
import dev.sluice.testing.LocalDynamo;
import dev.sluice.testing.Visitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that come in through the page, in a real browser, with a {@link FakeBedrock}
 * behind the whole application. After each test the browser may have complained of
 * nothing, and asked no other host for anything.
 */
@Timeout(60)
@ExtendWith(BrowserTests.Opened.class)
abstract class BrowserTests {

	private static Opened opened;

	private final List<Visitor> visitors = new ArrayList<>();

	protected final FakeBedrock bedrock = FakeBedrockInitializer.BEDROCK;

	@BeforeAll
	static void open() {
		assumeTrue(Chromium.installed().isPresent(),
				"There is no Chromium on the PATH (Debian's package is chromium): the page is not tested");
		PlaywrightAssertions.setDefaultAssertionTimeout(10_000);
	}

	@AfterEach
	void nothingToComplainOf() {
		List<String> complaints = this.visitors.stream().flatMap((visitor) -> visitor.complaints().stream()).toList();
		this.visitors.forEach(Visitor::close);
		this.bedrock.reset();
		assertThat(complaints).isEmpty();
	}

	protected static void startSluice() {
		opened.start();
	}

	protected static void stopSluice() {
		opened.application.close();
	}

	/** Somebody who does not use the page. */
	protected static Gateway elsewhere() {
		return new Gateway(opened.port);
	}

	protected Visitor visit() {
		return visit(Chromium.Screen.DESK, false);
	}

	protected Visitor visit(Chromium.Screen screen, boolean dark) {
		Visitor visitor = opened.chromium.visit(opened.port, screen, dark);
		this.visitors.add(visitor);
		return visitor;
	}

	/** Answers with a text, in pieces as a model would. */
	protected static FakeBedrock.Answer saying(String text) {
		return (exchange) -> {
			exchange.startStream().messageStart();
			exchange.burst(() -> {
				for (int from = 0; from < text.length(); from += 12) {
					exchange.delta(text.substring(from, Math.min(text.length(), from + 12)));
				}
			});
			exchange.blockStop(0).messageStop("end_turn").metadata(120, 345).end();
		};
	}

	/** A browser and the application, which all these tests share. */
	static final class Opened implements BeforeAllCallback, AutoCloseable {

		private int port;

		private Chromium chromium;

		private ConfigurableApplicationContext application;

		@Override
		public void beforeAll(ExtensionContext context) {
			if (Chromium.installed().isPresent()) {
				opened = context.getRoot()
					.getStore(ExtensionContext.Namespace.GLOBAL)
					.computeIfAbsent(Opened.class, (_) -> new Opened().open(), Opened.class);
			}
		}

		private Opened open() {
			try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
				this.port = free.getLocalPort();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			start();
			this.chromium = Chromium.start();
			return this;
		}

		private void start() {
			this.application = new SpringApplicationBuilder(SluiceApplication.class).profiles("local")
				.initializers(new FakeBedrockInitializer(), new LocalDynamo())
				.run("--server.port=" + this.port, "--sluice.model.provider=bedrock",
						"--sluice.model.retry.max-attempts=1", "--sluice.generation.shutdown-grace=0s");
		}

		@Override
		public void close() {
			this.chromium.close();
			this.application.close();
		}

	}

}
