package dev.sluice.prompt.context;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes four characters for a token, and keeps what it was handed. */
final class QuarterTokenizer implements Tokenizer {

	private final List<String> pieces = new CopyOnWriteArrayList<>();

	private volatile boolean ready = true;

	static long tokens(String text) {
		return (text.length() + 3) / 4;
	}

	QuarterTokenizer notReady() {
		this.ready = false;
		return this;
	}

	@Override
	public boolean ready() {
		return this.ready;
	}

	@Override
	public int count(String piece) {
		this.pieces.add(piece);
		return (int) tokens(piece);
	}

	List<String> pieces() {
		return List.copyOf(this.pieces);
	}

	int characters() {
		return this.pieces.stream().mapToInt(String::length).sum();
	}

	void forget() {
		this.pieces.clear();
	}

}
