package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;

import dev.sluice.benchmarks.driver.Target.Dialect;
import dev.sluice.benchmarks.standin.StandIn;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LoadRunTests {

	@Test
	void countsWholeAnswersAndStreams() throws Exception {
		try (StandIn standIn = start(0)) {
			Target target = target(standIn);
			assertThat(LoadRun.run("sync", target, Load.sync(2, 0.1, 0.2, 64)).completed()).isPositive();
			Outcome streams = LoadRun.run("streams", target, Load.streams(2, 0.1, 0.2, 64));
			assertThat(streams.failed()).as(streams.firstFailure()).isZero();
			assertThat(streams.deltas()).isGreaterThan(64);
		}
	}

	@Test
	void followsPacedStreams() throws Exception {
		try (StandIn standIn = start(5)) {
			Outcome outcome = LoadRun.run("paced", target(standIn), Load.paced(20, 50, 64, 5));
			assertThat(outcome.failed()).as(outcome.firstFailure()).isZero();
			assertThat(outcome.completed()).isEqualTo(20);
			assertThat(outcome.deltas()).isEqualTo(20 * 64);
			assertThat(outcome.mostOpen()).isEqualTo(20);
			// On a busy machine single gaps shrink and grow, the whole only grows.
			assertThat(outcome.latencyP50()).isGreaterThan(63 * 5_000 - 5_000);
			assertThat(outcome.gapMax()).isPositive();
		}
	}

	@Test
	void noticesAnAnswerThatIsTooShort() throws Exception {
		try (StandIn standIn = start(0)) {
			Outcome outcome = LoadRun.run("streams", target(standIn), Load.paced(1, 0, 65, 0));
			assertThat(outcome.completed()).isZero();
			assertThat(outcome.firstFailure()).isEqualTo("64 deltas, closed: true");
		}
	}

	@Test
	void refusesToLeaveTheMachine() {
		Target target = new Target("far", Dialect.BEDROCK, "192.0.2.1", 80, "/", "/", 0);
		assertThatIllegalArgumentException().isThrownBy(target::address);
	}

	private static Target target(StandIn standIn) throws IOException {
		return Target.of("direct", Dialect.BEDROCK, standIn.port(), "/model/m/converse", "/model/m/converse-stream", 0);
	}

	private static StandIn start(int interval) throws IOException {
		StandIn standIn = new StandIn(0, 64, 0, interval);
		Thread.ofPlatform().daemon().start(() -> {
			try {
				standIn.run();
			}
			catch (IOException | ClosedSelectorException ex) {
				// The test is over.
			}
		});
		return standIn;
	}

}
