package dev.sluice.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.sluice.prompt.guardrail.Guard;
import dev.sluice.prompt.guardrail.OutputGuard;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a delta of five characters costs on its way out. An operation is a delta; the
 * guard's beginning and end are shared out over the 250 of an answer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = { "-Xms2g", "-Xmx2g", "--enable-native-access=ALL-UNNAMED" })
public class StreamBenchmark {

	static final int DELTAS = 250;

	@Benchmark
	@OperationsPerInvocation(DELTAS)
	public void delta(Answer answer, Blackhole reader) {
		OutputGuard guard = answer.guard.output();
		for (String delta : answer.deltas) {
			reader.consume(guard.text(delta));
		}
		reader.consume(guard.finishText());
	}

	/** An answer, and by which policy it is guarded. */
	@State(Scope.Benchmark)
	public static class Answer {

		@Param({ "none", "default", "strict" })
		String policy;

		@Param({ "prose", "technical" })
		String text;

		Guard guard;

		List<String> deltas;

		@Setup(Level.Trial)
		public void prepare(Layer layer) {
			this.guard = layer.guardrails.guard("default", this.policy, null);
			this.deltas = Prose.deltas(this.text.equals("prose") ? Prose.TEXT : Prose.TECHNICAL).subList(0, DELTAS);
		}

	}

}
