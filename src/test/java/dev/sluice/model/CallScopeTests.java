package dev.sluice.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.sluice.model.ModelException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CallScopeTests {

	private final CallScope scope = CallScope.lasting(Duration.ofMinutes(1));

	private final List<String> called = new ArrayList<>();

	@Test
	void callsBackOnceWhenItEnds() {
		this.scope.onEnd(() -> this.called.add("a"));
		this.scope.onEnd(() -> this.called.add("b"));

		this.scope.cancel();
		this.scope.expire();

		assertThat(this.called).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void callsBackAtOnceWhenItHasEnded() {
		this.scope.expire();

		this.scope.onEnd(() -> this.called.add("late"));

		assertThat(this.called).containsExactly("late");
	}

	@Test
	void doesNotCallBackWhoHasGone() {
		this.scope.onEnd(() -> this.called.add("stays"));
		this.scope.onEnd(() -> this.called.add("goes")).close();

		this.scope.cancel();

		assertThat(this.called).containsExactly("stays");
	}

	@Test
	void keepsTheFirstReason() {
		this.scope.check();

		this.scope.expire();
		this.scope.cancel();

		assertThatExceptionOfType(ModelException.class).isThrownBy(this.scope::check)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TIMEOUT));
	}

	@Test
	void wakesWhoSleepsInIt() {
		Thread.ofVirtual().start(this.scope::cancel);

		assertThatExceptionOfType(ModelException.class).isThrownBy(() -> this.scope.sleep(Duration.ofDays(1)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CANCELLED));
	}

	@Test
	void neverHasLessThanNothingLeft() {
		assertThat(CallScope.lasting(Duration.ofSeconds(-5)).remaining()).isZero();
		assertThat(this.scope.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
	}

}
