package dev.sluice.prompt.context;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import dev.sluice.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of one prompt in the model's tokens, each as exact as somebody has asked for:
 * guessed at first, then counted. The system text stands before the first message, at
 * {@link #SYSTEM}; ranges exclude their end.
 */
final class Ruler {

	static final int SYSTEM = -1;

	/** How far a sample may be off, as a share. */
	private static final double DOUBT = 0.1;

	private final TextCounter counter;

	private final double ratio;

	private final @Nullable String system;

	private final List<Message> messages;

	private final Weight[] weights;

	/** What the tokenizer says; not a number while nobody has asked. */
	private final double[] counted;

	private final boolean[] sampled;

	Ruler(TextCounter counter, double ratio, @Nullable String system, List<Message> messages) {
		this.counter = counter;
		this.ratio = ratio;
		this.system = system;
		this.messages = messages;
		this.weights = new Weight[messages.size() + 1];
		this.counted = new double[messages.size() + 1];
		this.sampled = new boolean[messages.size() + 1];
		this.weights[0] = Weight.ofSystem(system);
		for (int i = 0; i < messages.size(); i++) {
			this.weights[i + 1] = Weight.of(messages.get(i));
		}
		Arrays.fill(this.counted, Double.NaN);
	}

	/** How many messages there are. */
	int size() {
		return this.messages.size();
	}

	/** What the prompt cannot exceed in any tokenizer, but for its media. */
	double most() {
		long most = 0;
		long media = 0;
		for (Weight weight : this.weights) {
			most += weight.most();
			media += weight.media();
		}
		return most * Math.max(1, this.ratio) + media;
	}

	/** Tokens by what is known. */
	double tokens(int start, int end) {
		double tokens = 0;
		for (int i = start + 1; i <= end; i++) {
			double text = Double.isNaN(this.counted[i]) ? this.weights[i].guess() : this.counted[i];
			tokens += text * this.ratio + this.weights[i].media();
		}
		return tokens;
	}

	/** Tokens by the kind of characters, which never change from call to call. */
	double guess(int start, int end) {
		double tokens = 0;
		for (int i = start + 1; i <= end; i++) {
			tokens += this.weights[i].guess() + this.weights[i].media();
		}
		return tokens;
	}

	/** Counts a range, long texts by samples. */
	double count(int start, int end) {
		for (int i = start + 1; i <= end; i++) {
			if (Double.isNaN(this.counted[i])) {
				this.counted[i] = text(i, false);
			}
		}
		return tokens(start, end);
	}

	/** Counts what a range has samples of. */
	void countExactly(int start, int end) {
		for (int i = start + 1; i <= end; i++) {
			if (this.sampled[i]) {
				this.sampled[i] = false;
				this.counted[i] = text(i, true);
			}
		}
	}

	/** Whether samples leave open if so many tokens have room. */
	boolean doubtful(int start, int end, double tokens, double room) {
		if (Math.abs(tokens - room) > DOUBT * room) {
			return false;
		}
		for (int i = start + 1; i <= end; i++) {
			if (this.sampled[i]) {
				return true;
			}
		}
		return false;
	}

	/** What the tokenizer counted; not a number if it did not count all of the range. */
	double counted(int start, int end) {
		double tokens = 0;
		for (int i = start + 1; i <= end; i++) {
			tokens += (this.sampled[i] || this.weights[i].media() > 0) ? Double.NaN : this.counted[i];
		}
		return tokens;
	}

	private double text(int slot, boolean exactly) {
		if (this.weights[slot].equals(Weight.NONE)) {
			return 0;
		}
		double[] tokens = { Weight.FRAME };
		Consumer<String> reader = (text) -> tokens[0] += count(slot, text, exactly);
		if (slot > 0) {
			Texts.of(this.messages.get(slot - 1), reader);
		}
		else if (this.system != null) {
			reader.accept(this.system);
		}
		return tokens[0];
	}

	private double count(int slot, String text, boolean exactly) {
		if (exactly || text.length() <= TextCounter.WHOLE) {
			return this.counter.count(text);
		}
		this.sampled[slot] = true;
		return this.counter.sample(text);
	}

}
