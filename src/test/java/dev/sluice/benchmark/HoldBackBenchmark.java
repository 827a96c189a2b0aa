package dev.sluice.benchmark;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.sluice.prompt.guardrail.OutputGuard;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much later a reader sees what a guardrail held back, counted in deltas of five
 * characters: at 20 ms from delta to delta, one of them is 20 ms. It is the same on every
 * machine. The time of the benchmark itself says nothing.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 1, jvmArgs = "--enable-native-access=ALL-UNNAMED")
public class HoldBackBenchmark {

	@Benchmark
	public void delay(StreamBenchmark.Answer answer, Delay delay) {
		OutputGuard guard = answer.guard.output();
		int[] late = new int[answer.deltas.size() * Prose.DELTA];
		int seen = 0;
		for (int now = 0; now < answer.deltas.size(); now++) {
			int released = seen + guard.text(answer.deltas.get(now)).length();
			for (; seen < released; seen++) {
				late[seen] = now - seen / Prose.DELTA;
			}
		}
		seen += guard.finishText().length();
		if (seen != late.length) {
			throw new IllegalStateException("%d of %d characters came out".formatted(seen, late.length));
		}
		delay.take(late);
	}

	/** By how many deltas characters came later than without a guardrail. */
	@State(Scope.Thread)
	@AuxCounters(AuxCounters.Type.EVENTS)
	public static class Delay {

		public double mean;

		public double p50;

		public double p99;

		public double most;

		/** Shares of what waited for at least one delta, in percent. */
		public double waited;

		private void take(int[] late) {
			int[] sorted = late.clone();
			Arrays.sort(sorted);
			this.mean = Arrays.stream(sorted).average().orElseThrow();
			this.p50 = sorted[sorted.length / 2];
			this.p99 = sorted[sorted.length * 99 / 100];
			this.most = sorted[sorted.length - 1];
			this.waited = 100.0 * Arrays.stream(sorted).filter((deltas) -> deltas > 0).count() / sorted.length;
		}

	}

}
