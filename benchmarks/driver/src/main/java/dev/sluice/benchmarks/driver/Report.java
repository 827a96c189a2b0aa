package dev.sluice.benchmarks.driver;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import dev.sluice.benchmarks.driver.Campaign.Departure;

/** Turns outcomes into tables. Whatever could not be measured is a dash. */
final class Report {

	private final List<Target> targets;

	private final List<Outcome> outcomes;

	private final List<Departure> departures;

	private final StringBuilder markdown = new StringBuilder();

	Report(List<Target> targets, List<Outcome> outcomes, List<Departure> departures) {
		this.targets = targets;
		this.outcomes = outcomes;
		this.departures = departures;
	}

	String markdown(String heading) {
		this.markdown.append(heading);
		section("Synchronous, closed loop", "sync", "us; added: over the stand-in called directly",
				List.of(new Column("requests/s", Outcome::perSecond, 0, true, false),
						new Column("p50", Outcome::latencyP50, 0, false, false),
						new Column("p99", Outcome::latencyP99, 0, false, false),
						new Column("added p50", Outcome::latencyP50, 0, false, true),
						new Column("added p99", Outcome::latencyP99, 0, false, true),
						new Column("CPU a request", Outcome::cpuPerCall, 1, true, false),
						new Column("cores", Outcome::cpuCores, 2, false, false)));
		section("Streams, 64 deltas back to back, closed loop", "unpaced",
				"us; CPU of the whole call shared out over its deltas",
				List.of(new Column("streams/s", Outcome::perSecond, 0, true, false),
						new Column("first delta p50", Outcome::firstDeltaP50, 0, false, false),
						new Column("p99", Outcome::firstDeltaP99, 0, false, false),
						new Column("added p50", Outcome::firstDeltaP50, 0, false, true),
						new Column("whole p50", Outcome::latencyP50, 0, false, false),
						new Column("p99", Outcome::latencyP99, 0, false, false),
						new Column("CPU a delta", Outcome::cpuPerDelta, 2, true, false),
						new Column("cores", Outcome::cpuCores, 2, false, false)));
		section("Streams, paced, each caller once", "paced", "us; memory in MB, of the whole process so far",
				List.of(new Column("completed", Outcome::completed, 0, false, false),
						new Column("open at once", Outcome::mostOpen, 0, false, false),
						new Column("first delta p50", Outcome::firstDeltaP50, 0, false, false),
						new Column("p99", Outcome::firstDeltaP99, 0, false, false),
						new Column("added p50", Outcome::firstDeltaP50, 0, false, true),
						new Column("added p99", Outcome::firstDeltaP99, 0, false, true),
						new Column("gap p50", Outcome::gapP50, 0, false, false),
						new Column("gap p99", Outcome::gapP99, 0, false, false),
						new Column("added gap p99", Outcome::gapP99, 0, false, true),
						new Column("CPU a delta", Outcome::cpuPerDelta, 2, true, false),
						new Column("cores", Outcome::cpuCores, 2, false, false),
						new Column("RSS", (outcome) -> outcome.rssKilobytes() / 1024.0, 0, false, false)));
		section("Memory of open streams", "hold",
				"KB a stream; live: objects after a full collection, before and while open",
				List.of(new Column("open", Outcome::completed, 0, false, false),
						new Column("live heap a stream", (outcome) -> outcome.heapBytesPerStream() / 1024, 1, false,
								false),
						new Column("RSS growth a stream", (outcome) -> outcome.rssBytesPerStream() / 1024, 1, false,
								false),
						new Column("peak RSS, MB", (outcome) -> outcome.peakRssKilobytes() / 1024.0, 0, false, false)));
		departures();
		ratios();
		return this.markdown.toString();
	}

	private void section(String title, String group, String note, List<Column> columns) {
		this.markdown.append("\n## ").append(title).append("\n\n").append(note).append(".\n\n| load | target | ");
		this.markdown.append(columns.stream().map(Column::title).collect(Collectors.joining(" | ")));
		this.markdown.append(" | failed |\n|---|---|").append("--:|".repeat(columns.size() + 1)).append('\n');
		for (String load : loads(group)) {
			for (String target : targets(load)) {
				List<Outcome> measured = measured(load, target);
				this.markdown.append("| ").append(load).append(" | ").append(target).append(" | ");
				for (Column column : columns) {
					this.markdown.append(cell(column, load, target, measured)).append(" | ");
				}
				this.markdown.append(measured.stream().mapToLong(Outcome::failed).sum()).append(" |\n");
			}
		}
		this.outcomes.stream()
			.filter((outcome) -> outcome.load().startsWith(group) && outcome.failed() > 0)
			.map((outcome) -> "\n%s, %s: %d failed, the first: %s\n".formatted(outcome.load(), outcome.target(),
					outcome.failed(), outcome.firstFailure()))
			.forEach(this.markdown::append);
	}

	private String cell(Column column, String load, String target, List<Outcome> measured) {
		if (measured.stream().allMatch((outcome) -> outcome.completed() == 0)) {
			return "–";
		}
		double median = median(measured, column.figure());
		if (column.added()) {
			List<Outcome> direct = measured(load, "direct");
			return target.equals("direct") || direct.isEmpty() ? "–"
					: number(median - median(direct, column.figure()), column.decimals());
		}
		if (!column.spread() || measured.size() < 2) {
			return number(median, column.decimals());
		}
		return "%s (%s–%s)".formatted(number(median, column.decimals()),
				number(measured.stream().mapToDouble(column.figure()).min().orElseThrow(), column.decimals()),
				number(measured.stream().mapToDouble(column.figure()).max().orElseThrow(), column.decimals()));
	}

	private void departures() {
		for (Departure departure : this.departures) {
			this.markdown.append("\n%s: of %d streams that their callers left, %d were ended upstream within 5 s.\n"
				.formatted(departure.target(), departure.streams(), departure.endedUpstream()));
		}
	}

	private void ratios() {
		if (this.targets.stream().noneMatch((target) -> target.name().equals("sluice"))) {
			return;
		}
		this.markdown
			.append("""

					## Sluice against the others, same run

					Throughput: Sluice's divided by the other's. CPU: the other's divided by Sluice's. Above 1 Sluice is better.

					| load | throughput / bare | CPU bare / | throughput / Spring AI | CPU Spring AI / | CPU Spring AI events / | CPU sluice-plain / |
					|---|--:|--:|--:|--:|--:|--:|
					""");
		for (String load : loads("sync", "unpaced", "paced")) {
			ToDoubleFunction<Outcome> cpu = load.startsWith("sync") ? Outcome::cpuPerCall : Outcome::cpuPerDelta;
			this.markdown.append("| %s | %s | %s | %s | %s | %s | %s |\n".formatted(load,
					ratio(load, "sluice", "bare", Outcome::perSecond), ratio(load, "bare", "sluice", cpu),
					ratio(load, "sluice", "spring-ai", Outcome::perSecond), ratio(load, "spring-ai", "sluice", cpu),
					ratio(load, "spring-ai events", "sluice", cpu), ratio(load, "sluice-plain", "sluice", cpu)));
		}
	}

	private String ratio(String load, String above, String below, ToDoubleFunction<Outcome> figure) {
		List<Outcome> dividend = measured(load, above);
		List<Outcome> divisor = measured(load, below);
		if (dividend.isEmpty() || divisor.isEmpty() || median(divisor, figure) == 0) {
			return "–";
		}
		return number(median(dividend, figure) / median(divisor, figure), 2);
	}

	private Set<String> loads(String... groups) {
		Set<String> loads = new LinkedHashSet<>();
		for (String group : groups) {
			this.outcomes.stream().map(Outcome::load).filter((load) -> load.startsWith(group)).forEach(loads::add);
		}
		return loads;
	}

	private List<String> targets(String load) {
		List<String> order = List.of("direct", "bare", "spring-ai", "spring-ai events", "sluice", "sluice-plain");
		return this.outcomes.stream()
			.filter((outcome) -> outcome.load().equals(load))
			.map(Outcome::target)
			.distinct()
			.sorted(Comparator.comparingInt(order::indexOf))
			.toList();
	}

	private List<Outcome> measured(String load, String target) {
		return this.outcomes.stream()
			.filter((outcome) -> outcome.load().equals(load) && outcome.target().equals(target))
			.toList();
	}

	private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
		double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static String number(double number, int decimals) {
		return String.format(Locale.ROOT, "%,." + decimals + "f", number);
	}

	/**
	 * A column of a table.
	 *
	 * @param spread also the lowest and the highest
	 * @param added over the same figure of the stand-in
	 */
	private record Column(String title, ToDoubleFunction<Outcome> figure, int decimals, boolean spread, boolean added) {
	}

}
