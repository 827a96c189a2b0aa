package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import dev.sluice.benchmarks.driver.Target.Dialect;

/** One load from the command line; prints its outcome as JSON. */
final class Driver {

	private static final String USAGE = """
			--target=http://127.0.0.1:8080 [--kind=sluice|bedrock|plain] [--sync=/path] [--stream=/path] [--pid=N]
			[--mode=sync|stream|hold] [--connections=16] [--warmup=2] [--seconds=5, 0: once] [--ramp=0 ms]
			[--deltas=64] [--interval=0 ms, for a path with {interval}]""";

	private Driver() {
	}

	public static void main(String[] args) throws IOException {
		Map<String, String> options = options(args);
		Dialect dialect = Dialect.valueOf(options.getOrDefault("kind", "sluice").toUpperCase(Locale.ROOT));
		boolean bedrock = dialect == Dialect.BEDROCK;
		URI uri = URI.create(options.get("target"));
		Target target = new Target(uri.getAuthority(), dialect, uri.getHost(), uri.getPort(),
				options.getOrDefault("sync", bedrock ? "/model/benchmark.model/converse" : "/v1/generations"),
				options.getOrDefault("stream", bedrock ? "/model/benchmark.model/converse-stream" : "/v1/generations"),
				number(options, "pid", 0));
		String mode = options.getOrDefault("mode", "sync");
		boolean once = mode.equals("hold") || number(options, "seconds", 5) == 0;
		Load load = new Load(!mode.equals("sync"), number(options, "connections", 16),
				once ? 0 : number(options, "warmup", 2), once ? 0 : number(options, "seconds", 5),
				number(options, "ramp", 0), number(options, "deltas", 64), number(options, "interval", 0),
				mode.equals("hold"));
		System.out.println(LoadRun.run(mode, target, load).toJson());
	}

	static Map<String, String> options(String[] args) {
		Map<String, String> options = new HashMap<>();
		for (String arg : args) {
			String[] option = arg.split("=", 2);
			if (!option[0].startsWith("--") || option.length < 2) {
				throw new IllegalArgumentException(USAGE);
			}
			options.put(option[0].substring(2), option[1]);
		}
		return options;
	}

	private static int number(Map<String, String> options, String name, int otherwise) {
		return options.containsKey(name) ? Integer.parseInt(options.get(name)) : otherwise;
	}

}
