package dev.sluice.prompt.context;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;

/**
 * How many tokens of a model one token of the tokenizer is. Every call that ends pulls a
 * little at it, the more the longer its prompt was, since the tokens around a short one
 * weigh more than its text.
 */
final class KnownModel {

	static final double LEAST = 0.5;

	static final double MOST = 3;

	private static final double PULL = 0.1;

	private static final double FULL_WEIGHT = 200;

	/** How many prompts are counted at first, and then one of how many. */
	private static final int SCHOOL = 64;

	private final AtomicLong ratio = new AtomicLong(Double.doubleToRawLongBits(1));

	private final AtomicInteger prompts = new AtomicInteger();

	private final Counter trimmed;

	KnownModel(Counter trimmed) {
		this.trimmed = trimmed;
	}

	double ratio() {
		return Double.longBitsToDouble(this.ratio.get());
	}

	/** Whether the next prompt should be counted, only to learn from it. */
	boolean wantsToLearn() {
		int number = this.prompts.getAndIncrement();
		return (number >= 0 && number < SCHOOL) || number % SCHOOL == 0;
	}

	void learn(long counted, long actual) {
		double seen = Math.clamp((double) actual / counted, LEAST, MOST);
		double pull = PULL * Math.min(1, counted / FULL_WEIGHT);
		this.ratio.updateAndGet((bits) -> {
			double known = Double.longBitsToDouble(bits);
			return Double.doubleToRawLongBits(known + pull * (seen - known));
		});
	}

	void trimmed(int messages) {
		this.trimmed.increment(messages);
	}

}
