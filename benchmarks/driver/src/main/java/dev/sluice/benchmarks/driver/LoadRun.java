package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sluice.benchmarks.standin.Answer;
import org.HdrHistogram.Histogram;

/** Puts one load on one target, all of it on the calling thread. */
final class LoadRun implements Caller.Listener {

	private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

	private static final long SAMPLING = TimeUnit.MILLISECONDS.toNanos(200);

	/** A caller gives up after so many failures in a row. */
	private static final int PATIENCE = 5;

	private final Target target;

	private final Load load;

	private final ProcessProbe process;

	private final ProcessProbe driver = new ProcessProbe(ProcessHandle.current().pid());

	private final List<Caller> callers = new ArrayList<>();

	private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);

	private final Histogram latencies = histogram();

	private final Histogram firstDeltas = histogram();

	private final Histogram gaps = histogram();

	private boolean counting;

	private boolean stopping;

	private long countingSince;

	private long cpuBefore;

	private long driverCpuBefore;

	private long completed;

	private long failed;

	private String firstFailure = "";

	private long deltas;

	private int busy;

	private int open;

	private int mostOpen;

	private long rss;

	private LoadRun(Target target, Load load) {
		this.target = target;
		this.load = load;
		this.process = new ProcessProbe(target.pid());
	}

	static Outcome run(String name, Target target, Load load) throws IOException {
		LoadRun run = new LoadRun(target, load);
		return load.hold() ? run.hold(name) : run.run(name);
	}

	private Outcome run(String name) throws IOException {
		try (Selector selector = Selector.open()) {
			long start = open(selector);
			long countFrom = start + nanos(this.load.warmupSeconds());
			long countTo = countFrom + nanos(this.load.seconds());
			int begun = 0;
			long sampled = start;
			Outcome outcome = null;
			while (true) {
				long now = System.nanoTime();
				begun = begin(begun, now - start);
				if (!this.counting && outcome == null && now >= countFrom) {
					startCounting(now);
				}
				if (this.load.once() && begun == this.callers.size() && this.busy == 0) {
					return outcome(name, now);
				}
				if (!this.load.once() && now >= countTo && outcome == null) {
					outcome = outcome(name, now);
					this.stopping = true;
				}
				if (this.stopping && (!this.load.streaming() || this.busy == 0)) {
					return outcome;
				}
				if (now - sampled > SAMPLING) {
					sampled = now;
					sample(now);
				}
				selector.select(this::ready, 1);
			}
		}
		finally {
			this.callers.forEach(Caller::close);
		}
	}

	/** Opens every stream, weighs the target while they are open, and leaves. */
	private Outcome hold(String name) throws IOException {
		long heapBefore = this.process.liveHeapBytes();
		long rssBefore = this.process.rssKilobytes();
		try (Selector selector = Selector.open()) {
			long start = open(selector);
			startCounting(start);
			int begun = 0;
			while (begun < this.callers.size() || this.callers.stream().anyMatch(LoadRun::waiting)) {
				begun = begin(begun, System.nanoTime() - start);
				selector.select(this::ready, 5);
				sample(System.nanoTime());
			}
			Outcome outcome = outcome(name, System.nanoTime());
			long streams = this.callers.stream().filter(Caller::hadFirstDelta).count();
			double rssGrowth = 1024.0 * (this.process.rssKilobytes() - rssBefore) / Math.max(1, streams);
			double heapGrowth = (double) (this.process.liveHeapBytes() - heapBefore) / Math.max(1, streams);
			return new Outcome(outcome.target(), outcome.load(), outcome.connections(), outcome.seconds(), streams,
					outcome.failed(), outcome.firstFailure(), 0, 0, 0, 0, outcome.firstDeltaP50(),
					outcome.firstDeltaP99(), outcome.deltas(), 0, 0, 0, outcome.mostOpen(), 0, 0, 0, 0,
					outcome.rssKilobytes(), outcome.peakRssKilobytes(), rssGrowth, heapGrowth);
		}
		finally {
			this.callers.forEach(Caller::close);
		}
	}

	private static boolean waiting(Caller caller) {
		return caller.busy && !caller.hadFirstDelta();
	}

	private long open(Selector selector) {
		byte[] expected = Answer.text(this.load.deltas()).getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < this.load.connections(); i++) {
			this.callers.add(new Caller(selector, this.target, this.load, expected, this));
		}
		return System.nanoTime();
	}

	private int begin(int begun, long sinceStart) {
		int next = begun;
		while (next < this.callers.size()
				&& sinceStart >= (long) next * this.load.rampMillis() * 1_000_000 / this.callers.size()) {
			call(this.callers.get(next++));
		}
		return next;
	}

	private void call(Caller caller) {
		this.busy++;
		caller.call();
	}

	private void ready(SelectionKey key) {
		if (key.isValid()) {
			((Caller) key.attachment()).ready(this.buffer);
		}
	}

	private void sample(long now) {
		this.rss = Math.max(this.rss, this.process.rssKilobytes());
		for (Caller caller : this.callers) {
			caller.failIfSilent(now, SILENCE);
		}
	}

	private void startCounting(long now) {
		this.counting = true;
		this.countingSince = now;
		this.cpuBefore = this.process.cpuMicros();
		this.driverCpuBefore = this.driver.cpuMicros();
	}

	@Override
	public void firstDelta(Caller caller, long sinceStart) {
		this.mostOpen = Math.max(this.mostOpen, ++this.open);
		if (this.counting) {
			this.firstDeltas.recordValue(sinceStart);
		}
	}

	@Override
	public void delta(Caller caller, long sincePrevious, long now) {
		if (this.counting) {
			this.deltas++;
			if (sincePrevious >= 0) {
				this.gaps.recordValue(sincePrevious);
			}
		}
	}

	@Override
	public void finished(Caller caller, long latency, String problem, long now) {
		this.busy--;
		if (caller.hadDelta()) {
			this.open--;
		}
		if (problem != null) {
			this.failed++;
			this.firstFailure = this.firstFailure.isEmpty() ? problem : this.firstFailure;
		}
		else if (this.counting) {
			this.completed++;
			this.latencies.recordValue(latency);
		}
		if (!this.load.once() && !this.stopping && caller.failures < PATIENCE) {
			call(caller);
		}
	}

	private Outcome outcome(String name, long now) {
		this.counting = false;
		double micros = (now - this.countingSince) / 1000.0;
		double cpu = this.process.cpuMicros() - this.cpuBefore;
		double driverCpu = this.driver.cpuMicros() - this.driverCpuBefore;
		sample(now);
		return new Outcome(this.target.name(), name, this.load.connections(), micros / 1e6, this.completed, this.failed,
				this.firstFailure, this.completed / (micros / 1e6), micros(this.latencies, 50),
				micros(this.latencies, 99), this.latencies.getMaxValue() / 1000.0, micros(this.firstDeltas, 50),
				micros(this.firstDeltas, 99), this.deltas, micros(this.gaps, 50), micros(this.gaps, 99),
				this.gaps.getMaxValue() / 1000.0, this.mostOpen, share(cpu, this.completed), share(cpu, this.deltas),
				cpu / micros, driverCpu / micros, this.rss, this.process.peakRssKilobytes(), 0, 0);
	}

	private static double share(double cost, long among) {
		return (among == 0) ? 0 : cost / among;
	}

	private static double micros(Histogram histogram, double percentile) {
		return histogram.getValueAtPercentile(percentile) / 1000.0;
	}

	private static Histogram histogram() {
		return new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
	}

	private static long nanos(double seconds) {
		return (long) (seconds * 1e9);
	}

}
