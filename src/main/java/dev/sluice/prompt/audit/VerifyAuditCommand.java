package dev.sluice.prompt.audit;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.sluice.prompt.terms.PromptException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.Banner;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * Verifies the trail from the command line:
 * {@code verify-audit [--from=2026-11-01] [--to=2026-11-22]}. It ends with 0 if the trail
 * is intact, 1 if it is broken and 2 if that could not be found out. Nothing else of the
 * service is started.
 */
public final class VerifyAuditCommand {

	private static final String NAME = "verify-audit";

	private static final Duration LIMIT = Duration.ofDays(7);

	private VerifyAuditCommand() {
	}

	/** Whether the arguments of the process ask for this. */
	public static boolean isMeant(String... arguments) {
		return arguments.length > 0 && arguments[0].equals(NAME);
	}

	/**
	 * Verifies.
	 * @return the status that the process ends with
	 */
	public static int run(PrintStream out, PrintStream err, String... arguments) {
		return run(out, err, (_) -> {
		}, arguments);
	}

	static int run(PrintStream out, PrintStream err, ApplicationContextInitializer<ConfigurableApplicationContext> more,
			String... arguments) {
		try {
			TimeRange range = range(new DefaultApplicationArguments(arguments));
			// Only the verdict is to be seen; nothing is to be created.
			String[] settings = Stream
				.concat(Stream.of(arguments), Stream.of("--logging.threshold.console=OFF",
						"--spring.main.banner-mode=off", "--sluice.store.create-tables=false"))
				.toArray(String[]::new);
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Beans.class)
				.web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.initializers(more)
				.run(settings)) {
				return tell(context.getBean(AuditVerifier.class).verify(range, LIMIT), out);
			}
		}
		catch (PromptException ex) {
			err.println(reason(ex));
		}
		catch (RuntimeException ex) {
			err.println("The audit trail could not be verified: " + root(ex).getMessage());
		}
		return 2;
	}

	private static TimeRange range(DefaultApplicationArguments arguments) {
		for (String option : arguments.getOptionNames()) {
			if (!Set.of("from", "to").contains(option) && option.indexOf('.') < 0) {
				throw PromptException.invalid("--" + option,
						"is not known. Use: verify-audit [--from=2026-11-01] [--to=2026-11-22]");
			}
		}
		return new TimeRange(TimeRange.from("--from", value(arguments, "from"), TimeRange.EARLIEST),
				TimeRange.to("--to", value(arguments, "to"), Instant.now()));
	}

	private static @Nullable String value(DefaultApplicationArguments arguments, String option) {
		List<String> values = arguments.getOptionValues(option);
		return (values != null) ? String.join(",", values) : null;
	}

	private static String reason(PromptException ex) {
		return ex.detail() + ((ex.getCause() != null) ? " (" + ex.getCause().getMessage() + ")" : "");
	}

	private static Throwable root(Throwable ex) {
		Throwable cause = ex.getCause();
		return (cause != null) ? root(cause) : ex;
	}

	private static int tell(Verdict verdict, PrintStream out) {
		out.println((verdict.intact() ? "intact" : "broken") + ", records: " + verdict.records());
		if (verdict.dropped() > 0) {
			out.println("dropped, as the chain says: " + verdict.dropped());
		}
		if (verdict.keyless() > 0) {
			out.println("sealed without a key: " + verdict.keyless());
		}
		Verdict.Broken broken = verdict.broken();
		if (broken != null) {
			out.println("first broken link: " + broken.reason() + ", record " + broken.id());
		}
		return (broken == null) ? 0 : 1;
	}

	/**
	 * What verification needs. It is no configuration, so that the service ignores it.
	 */
	@ComponentScan("dev.sluice.store")
	@ConfigurationPropertiesScan("dev.sluice.store")
	@EnableConfigurationProperties(AuditProperties.class)
	@Import({ AuditTable.class, AuditVerifier.class })
	static class Beans {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
