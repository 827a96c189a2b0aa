package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process costs, as Linux tells it in {@code /proc}; zeros for process 0. */
record ProcessProbe(long pid) {

	/** The unit of utime and stime is fixed at 100 a second towards user space. */
	private static final long TICK_MICROS = 10_000;

	/** CPU time of user and system so far. */
	long cpuMicros() {
		if (this.pid == 0) {
			return 0;
		}
		String stat = read("stat");
		// The second field is the command in brackets and may hold spaces; utime and
		// stime are the 14th and 15th.
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
	}

	long rssKilobytes() {
		return status("VmRSS:");
	}

	long peakRssKilobytes() {
		return status("VmHWM:");
	}

	/** Bytes of live objects in a JVM, after a full collection. */
	long liveHeapBytes() {
		if (this.pid == 0) {
			return 0;
		}
		try {
			Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
					Long.toString(this.pid), "GC.class_histogram")
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			String last = "";
			try (var lines = jcmd.inputReader()) {
				for (String line; (line = lines.readLine()) != null;) {
					last = line.isBlank() ? last : line;
				}
			}
			String[] total = last.strip().split("\\s+");
			return total[0].equals("Total") ? Long.parseLong(total[2]) : 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private long status(String field) {
		if (this.pid == 0) {
			return 0;
		}
		return read("status").lines()
			.filter((line) -> line.startsWith(field))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
			.findFirst()
			.orElse(0);
	}

	private String read(String file) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(this.pid), file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("process " + this.pid + " is gone", ex);
		}
	}

}
