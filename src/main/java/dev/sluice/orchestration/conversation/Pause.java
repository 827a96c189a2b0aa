package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits between tries: longer each time, up to a bound, and never two alike. */
final class Pause {

	private static final Duration FIRST = Duration.ofMillis(40);

	private static final Duration LONGEST = Duration.ofSeconds(2);

	private Pause() {
	}

	/** Sleeps as fits so many tries; says whether nobody interrupted. */
	static boolean after(int tries) {
		return sleep(Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(tries, 16)));
	}

	/** Sleeps for at most so many milliseconds. */
	static boolean sleep(long most) {
		try {
			Thread.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
			return true;
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
