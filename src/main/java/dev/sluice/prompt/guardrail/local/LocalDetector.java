package dev.sluice.prompt.guardrail.local;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Finds what some rules look for. A whole text and a stream go through the same machine:
 * whether something starts at a position is decided from a little text before it and from
 * at most {@link #holdBack()} characters from there on, however they arrive. Something
 * longer is told by its beginning.
 */
public final class LocalDetector {

	/** How far a stream is held back unless said otherwise. */
	public static final int HOLD_BACK = 256;

	private static final int LEAST = 64;

	private static final int MOST = 8192;

	private static final PiiType[] PII = PiiType.values();

	private final LocalRules rules;

	private final int holdBack;

	private final @Nullable WordList words;

	/** A scan for whole texts, so that most of them need not make one. */
	private final AtomicReference<@Nullable Scan> spare = new AtomicReference<>();

	private LocalDetector(LocalRules rules, int holdBack) {
		this.rules = rules;
		this.holdBack = holdBack;
		this.words = rules.words().isEmpty() ? null : new WordList(rules.words());
	}

	/**
	 * Compiles the rules.
	 * @param holdBack how many characters of a stream may be held back
	 */
	public static LocalDetector of(LocalRules rules, int holdBack) {
		if (holdBack < LEAST || holdBack > MOST) {
			throw new IllegalArgumentException("The hold-back must be " + LEAST + " to " + MOST + " characters");
		}
		for (NamedPattern pattern : rules.patterns()) {
			if (pattern.maxLength() > holdBack) {
				throw new IllegalArgumentException("The longest match of the pattern \"" + pattern.name() + "\" is "
						+ pattern.maxLength() + " characters, more than the " + holdBack + " that are held back");
			}
		}
		return new LocalDetector(rules, holdBack);
	}

	/** What is found in a whole text: in order, without overlaps. */
	public List<Span> find(CharSequence text) {
		Scan scan = this.spare.getAndSet(null);
		if (scan == null) {
			scan = scan();
		}
		List<Span> spans = scan.spans(text);
		this.spare.set(scan);
		return spans;
	}

	/** A new stream. */
	public Scan scan() {
		return new Scan(this);
	}

	public int holdBack() {
		return this.holdBack;
	}

	Set<PiiType> pii() {
		return this.rules.pii();
	}

	List<PatternScan> patterns(Tape tape, Regions regions) {
		List<NamedPattern> patterns = this.rules.patterns();
		return IntStream.range(0, patterns.size())
			.mapToObj((index) -> new PatternScan(patterns.get(index), Regions.PATTERNS + index, tape, regions))
			.toList();
	}

	@Nullable WordList words() {
		return this.words;
	}

	String name(int code) {
		if (code == Regions.WORD) {
			return Span.WORD;
		}
		return (code < Regions.PATTERNS) ? PII[code].name() : this.rules.patterns().get(code - Regions.PATTERNS).name();
	}

}
