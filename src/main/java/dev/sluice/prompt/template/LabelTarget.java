package dev.sluice.prompt.template;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.sluice.prompt.terms.PromptException;

/** What a label points to. */
public sealed interface LabelTarget {

	/** The most versions that a label may share out. */
	int MOST_VERSIONS = 20;

	/** One version. */
	record Fixed(int version) implements LabelTarget {

		@Override
		public SortedMap<Integer, Integer> weights() {
			return new TreeMap<>(Map.of(this.version, 1));
		}

	}

	/** Several versions, each for a share of the conversations. */
	record Weighted(SortedMap<Integer, Integer> weights) implements LabelTarget {

		public Weighted {
			if (weights.isEmpty() || weights.size() > MOST_VERSIONS) {
				throw PromptException.invalid("weights", "must be of 1 to %d versions".formatted(MOST_VERSIONS));
			}
			weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
		}

	}

	/** The weight of each version. */
	SortedMap<Integer, Integer> weights();

	/**
	 * The version that a conversation gets. The same key always gets the same as long as
	 * the weights stay; where a weight grows, only keys that this version wins move.
	 */
	default int choose(String template, String label, String stickyKey) {
		return switch (this) {
			case Fixed fixed -> fixed.version();
			case Weighted weighted -> {
				int chosen = weighted.weights().firstKey();
				double best = Double.NEGATIVE_INFINITY;
				long key = hash(hash(hash(0xcbf29ce484222325L, template), label), stickyKey);
				for (Map.Entry<Integer, Integer> entry : weighted.weights().entrySet()) {
					// Rendezvous hashing: each version draws a number for the key, and
					// the
					// chance of the highest is its share of the weights.
					double drawn = Math.log(unit(mix(key + entry.getKey() * 0x9e3779b97f4a7c15L))) / entry.getValue();
					if (drawn > best) {
						best = drawn;
						chosen = entry.getKey();
					}
				}
				yield chosen;
			}
		};
	}

	private static long hash(long seed, String text) {
		long hash = seed;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
		}
		return (hash ^ 0xFFFF) * 0x100000001b3L;
	}

	private static long mix(long value) {
		long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

	/** Above 0 and at most 1. */
	private static double unit(long bits) {
		return ((bits >>> 11) + 1) * 0x1.0p-53;
	}

}
