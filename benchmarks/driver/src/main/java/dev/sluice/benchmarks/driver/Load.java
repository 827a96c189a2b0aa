package dev.sluice.benchmarks.driver;

/**
 * One load on one target.
 *
 * @param connections how many callers at once
 * @param warmupSeconds time before anything is counted
 * @param seconds how long the callers call again and again; 0: each calls once, and all
 * of it is counted
 * @param rampMillis time over which the callers begin
 * @param deltas how many the upstream sends
 * @param interval the upstream's pace in milliseconds, for targets without one
 * @param hold stop when every stream has had its first delta, and weigh the target before
 * and then
 */
record Load(boolean streaming, int connections, double warmupSeconds, double seconds, int rampMillis, int deltas,
		int interval, boolean hold) {

	private static final int MAX_CONNECTIONS = 4096;

	private static final int MAX_SECONDS = 120;

	Load {
		if (connections < 1 || connections > MAX_CONNECTIONS || seconds < 0 || warmupSeconds < 0
				|| warmupSeconds + seconds > MAX_SECONDS || rampMillis < 0 || rampMillis > 60_000) {
			throw new IllegalArgumentException(
					"at most %d connections for %d seconds".formatted(MAX_CONNECTIONS, MAX_SECONDS));
		}
	}

	static Load sync(int connections, double warmupSeconds, double seconds, int deltas) {
		return new Load(false, connections, warmupSeconds, seconds, 0, deltas, 0, false);
	}

	static Load streams(int connections, double warmupSeconds, double seconds, int deltas) {
		return new Load(true, connections, warmupSeconds, seconds, 0, deltas, 0, false);
	}

	static Load paced(int connections, int rampMillis, int deltas, int interval) {
		return new Load(true, connections, 0, 0, rampMillis, deltas, interval, false);
	}

	static Load held(int connections, int rampMillis, int deltas, int interval) {
		return new Load(true, connections, 0, 0, rampMillis, deltas, interval, true);
	}

	boolean once() {
		return this.seconds == 0;
	}

}
