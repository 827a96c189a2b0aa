package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.sluice.benchmarks.driver.Target.Dialect;

/**
 * All loads on all targets in one run, the targets in turn within each round, so that a
 * noisy minute hits every one of them. Writes {@code latest.md} and {@code latest.json}.
 */
final class Campaign {

	static final int DELTAS = 64;

	private static final int PACE = 50;

	private static final int HELD_PACE = 500;

	/** Time for an upstream call to end after its caller has left, in milliseconds. */
	private static final long DEPARTURE = 5000;

	private static final long PAUSE = 300;

	/** Share of a core up to which a process counts as idle. */
	private static final double IDLE = 0.1;

	private static final long LONGEST_REST = 15_000;

	private final Map<String, String> options;

	private final boolean quick;

	private final int rounds;

	private final double seconds;

	private final Upstream upstream;

	private final List<Target> targets = new ArrayList<>();

	private final List<Outcome> outcomes = new ArrayList<>();

	private final List<Departure> departures = new ArrayList<>();

	/**
	 * How many of the streams that the callers left were ended upstream too, three
	 * seconds later.
	 */
	record Departure(String target, int streams, long endedUpstream) {
	}

	private Campaign(Map<String, String> options) {
		this.options = options;
		this.quick = options.containsKey("quick");
		this.rounds = Integer.parseInt(options.getOrDefault("rounds", this.quick ? "1" : "3"));
		this.seconds = Double.parseDouble(options.getOrDefault("seconds", this.quick ? "2" : "2.5"));
		this.upstream = new Upstream(port("direct"));
		add("direct", Dialect.BEDROCK, "/model/benchmark.model/converse", "/model/benchmark.model/converse-stream");
		add("bare", Dialect.SLUICE, "/bare/generations", "/bare/generations?interval={interval}");
		add("spring-ai", Dialect.PLAIN, "/spring-ai/chat", "/spring-ai/stream");
		add("sluice", Dialect.SLUICE, "/v1/generations", "/v1/generations");
		add("sluice-plain", Dialect.SLUICE, "/v1/generations", "/v1/generations");
	}

	/**
	 * Targets as {@code --sluice=PORT,PID}; {@code --direct} is the stand-in and has to
	 * be there.
	 */
	public static void main(String[] args) throws Exception {
		new Campaign(Driver.options(args)).run();
	}

	private void add(String name, Dialect dialect, String syncPath, String streamPath) {
		if (this.options.containsKey(name)) {
			long pid = Long.parseLong(this.options.get(name).split(",")[1]);
			this.targets.add(Target.of(name, dialect, port(name), syncPath, streamPath, pid));
		}
	}

	private int port(String name) {
		return Integer.parseInt(this.options.get(name).split(",")[0]);
	}

	private void run() throws Exception {
		Instant start = Instant.now();
		String loadBefore = loadAverage();
		warmUp();
		for (int round = 0; round < this.rounds; round++) {
			this.upstream.pace(DELTAS, 0);
			for (int connections : this.quick ? List.of(1, 16) : List.of(1, 16, 64)) {
				all("sync " + connections, Load.sync(connections, 0.5, this.seconds, DELTAS), inTurn(round));
			}
			for (int connections : this.quick ? List.of(16) : List.of(16, 64)) {
				all("unpaced " + connections, Load.streams(connections, 0.5, this.seconds, DELTAS),
						withEvents(inTurn(round)));
			}
			if (round == 2) {
				// Two rounds of these are what eight minutes have room for.
				continue;
			}
			this.upstream.pace(DELTAS, PACE);
			for (int connections : this.quick ? List.of(512) : List.of(512, 1000)) {
				all("paced " + connections, Load.paced(connections, 1000, DELTAS, PACE), inTurn(round));
			}
		}
		hold(this.quick ? 512 : 1000);
		Path directory = Path.of(this.options.getOrDefault("out", "."));
		Files.createDirectories(directory);
		Files.writeString(directory.resolve("latest.json"),
				String.join(",\n", this.outcomes.stream().map(Outcome::toJson).toList())
					.transform("[\n%s\n]\n"::formatted));
		Files.writeString(directory.resolve("latest.md"),
				new Report(this.targets, this.outcomes, this.departures).markdown(heading(start, loadBefore)));
		System.out.println("Wrote " + directory.resolve("latest.md"));
	}

	private void warmUp() throws IOException {
		double time = this.quick ? 1.5 : 3;
		this.upstream.pace(DELTAS, 0);
		for (Target target : withEvents(this.targets)) {
			if (target.syncPath() != null) {
				warmUp("warm-up sync", target, Load.sync(16, 0, time, DELTAS));
			}
			warmUp("warm-up streams", target, Load.streams(16, 0, time, DELTAS));
		}
	}

	/**
	 * Until a call gets hardly cheaper after enough of them to be compiled, or it has
	 * taken long enough.
	 */
	private void warmUp(String name, Target target, Load load) throws IOException {
		double previous;
		double cost = Double.MAX_VALUE;
		long calls = 0;
		int left = this.quick ? 2 : 5;
		do {
			previous = cost;
			Outcome outcome = LoadRun.run(name, target, load);
			say(outcome);
			cost = outcome.cpuPerCall();
			calls += outcome.completed();
		}
		while ((cost < 0.85 * previous || calls < enough(load)) && --left > 0);
	}

	private static long enough(Load load) {
		return load.streaming() ? 4_000 : 20_000;
	}

	private void all(String name, Load load, List<Target> targets) throws Exception {
		for (Target target : targets) {
			Outcome outcome = LoadRun.run(name, target, load);
			this.outcomes.add(outcome);
			say(outcome);
			rest(target);
		}
	}

	/**
	 * Waits until a target has put away what it took in, so as not to disturb the next.
	 */
	private void rest(Target target) throws Exception {
		ProcessProbe process = new ProcessProbe(target.pid());
		long before = process.cpuMicros();
		long used = PAUSE * 1000;
		long waited = 0;
		for (long last = before; waited < LONGEST_REST && used > IDLE * PAUSE * 1000; waited += PAUSE) {
			Thread.sleep(PAUSE);
			used = process.cpuMicros() - last;
			last += used;
		}
		if (waited > PAUSE) {
			System.out.printf("%-16s %-16s rested for %,d ms, with %,d ms of CPU%n", "", target.name(), waited,
					(process.cpuMicros() - before) / 1000);
		}
	}

	private void hold(int streams) throws Exception {
		this.upstream.pace(DELTAS, HELD_PACE);
		for (Target target : this.targets) {
			long cut = this.upstream.cut();
			Outcome outcome = LoadRun.run("hold " + streams, target, Load.held(streams, 1000, DELTAS, HELD_PACE));
			this.outcomes.add(outcome);
			say(outcome);
			// The bare door has no upstream.
			if (!target.name().equals("bare")) {
				this.departures.add(new Departure(target.name(), streams, cutSince(cut, streams)));
			}
		}
		this.upstream.pace(DELTAS, 0);
	}

	private long cutSince(long before, int streams) throws Exception {
		long cut = 0;
		for (long waited = 0; waited < DEPARTURE && cut < streams; waited += PAUSE) {
			Thread.sleep(PAUSE);
			cut = this.upstream.cut() - before;
		}
		return cut;
	}

	/** To and fro, so that none is always the first or follows the same one. */
	private List<Target> inTurn(int round) {
		return (round % 2 == 0) ? this.targets : this.targets.reversed();
	}

	/** Spring AI once more with the same numbered JSON events as Sluice. */
	private List<Target> withEvents(List<Target> targets) {
		List<Target> all = new ArrayList<>();
		for (Target target : targets) {
			all.add(target);
			if (target.name().equals("spring-ai")) {
				all.add(Target.of("spring-ai events", Dialect.SLUICE, target.port(), null, "/spring-ai/events",
						target.pid()));
			}
		}
		return all;
	}

	private static void say(Outcome outcome) {
		System.out.printf(
				"%-16s %-16s %,9.0f/s  p50 %,9.0f us  p99 %,9.0f us  cpu %,8.1f us/call %,7.2f us/delta  %,9.0f B heap/stream  %s%n",
				outcome.load(), outcome.target(), outcome.perSecond(), outcome.latencyP50(), outcome.latencyP99(),
				outcome.cpuPerCall(), outcome.cpuPerDelta(), outcome.heapBytesPerStream(),
				(outcome.failed() == 0) ? "" : outcome.failed() + " FAILED: " + outcome.firstFailure());
	}

	private String heading(Instant start, String loadBefore) throws IOException {
		String cpu = Files.readAllLines(Path.of("/proc/cpuinfo"))
			.stream()
			.filter((line) -> line.startsWith("model name"))
			.map((line) -> line.substring(line.indexOf(':') + 1).strip())
			.findFirst()
			.orElse(System.getProperty("os.arch"));
		return """
				# Results of %s%s

				| | |
				|---|---|
				| machine | %s, %d cores shared by driver, stand-in and target; Linux %s |
				| load average | %s before, %s after |
				| JVM | %s %s; target flags `%s` |
				| Sluice | %s |
				| method | %d rounds, %s s a load after 0.5 s; medians, (lowest–highest) where two stand; targets in turn |
				| upstream | stand-in on loopback, 64 tokens; paced: one delta each %d ms, callers begin within 1 s |
				"""
			.formatted(start.toString().substring(0, 16), this.quick ? " (quick)" : "", cpu,
					Runtime.getRuntime().availableProcessors(), System.getProperty("os.version"), loadBefore,
					loadAverage(), System.getProperty("java.vendor.version"), System.getProperty("java.version"),
					this.options.getOrDefault("flags", "?"), this.options.getOrDefault("version", "?"), this.rounds,
					this.seconds, PACE);
	}

	private static String loadAverage() throws IOException {
		return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
	}

}
