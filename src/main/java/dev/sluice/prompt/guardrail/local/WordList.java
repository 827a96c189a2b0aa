package dev.sluice.prompt.guardrail.local;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Denied words and phrases as an automaton over skeletons (Aho and Corasick). */
final class WordList {

	private static final int LONGEST = 200;

	/** The skeletons, with the digits that the words have themselves. */
	final String[] words;

	/** The longest of them. */
	final int longest;

	private int states = 1;

	private int[] fail = new int[64];

	private int[] depth = new int[64];

	/**
	 * The word that ends in a state, and the next state on the way back where one ends.
	 */
	private int[] word = new int[64];

	private int[] shorter = new int[64];

	private long[] keys = new long[256];

	private int[] targets = new int[256];

	private int edges;

	/**
	 * The words as they are found letter by letter, where nothing tells the end of one
	 * from the end of another.
	 */
	final WordList spread;

	WordList(List<String> words) {
		this(skeletons(words));
	}

	private WordList(Set<String> skeletons) {
		this.spread = skeletons.stream().anyMatch((skeleton) -> skeleton.contains(" "))
				? new WordList(joined(skeletons)) : this;
		this.words = skeletons.toArray(String[]::new);
		this.longest = skeletons.stream().mapToInt(String::length).max().orElse(0);
		Arrays.fill(this.word, -1);
		for (int index = 0; index < this.words.length; index++) {
			add(index);
		}
		link();
	}

	private static Set<String> skeletons(List<String> words) {
		Set<String> skeletons = new LinkedHashSet<>();
		for (String word : words) {
			skeletons.add(skeleton(word));
		}
		return skeletons;
	}

	private static Set<String> joined(Set<String> skeletons) {
		Set<String> joined = new LinkedHashSet<>();
		skeletons.forEach((skeleton) -> joined.add(skeleton.replace(" ", "")));
		return joined;
	}

	private static String skeleton(String word) {
		StringBuilder skeleton = new StringBuilder();
		word.codePoints().forEach((codePoint) -> {
			for (char c : Skeleton.of(codePoint).toCharArray()) {
				if (Skeleton.word(c) || Skeleton.sign(c)) {
					skeleton.append(c);
				}
				else if (!skeleton.isEmpty() && skeleton.charAt(skeleton.length() - 1) != ' ') {
					skeleton.append(' ');
				}
			}
		});
		String stripped = skeleton.toString().strip();
		if (stripped.chars().noneMatch((c) -> Skeleton.word((char) c))) {
			throw new IllegalArgumentException("A denied word needs a letter or a digit");
		}
		if (stripped.length() > LONGEST) {
			throw new IllegalArgumentException("A denied word or phrase has at most " + LONGEST + " characters");
		}
		return stripped;
	}

	private void add(int index) {
		int state = 0;
		for (char c : this.words[index].toCharArray()) {
			char folded = Skeleton.fold(c);
			int next = target(state, folded);
			if (next == 0) {
				next = grow(state);
				put(state, folded, next);
			}
			state = next;
		}
		// Of words that differ only in how 1 and l are read, each ends in its own state.
		while (this.word[state] >= 0) {
			int twin = this.shorter[state];
			if (twin == 0) {
				twin = grow(state);
				this.depth[twin] = this.depth[state];
				this.shorter[state] = twin;
			}
			state = twin;
		}
		this.word[state] = index;
	}

	private int grow(int parent) {
		if (this.states == this.fail.length) {
			int size = this.states * 2;
			this.fail = Arrays.copyOf(this.fail, size);
			this.depth = Arrays.copyOf(this.depth, size);
			this.shorter = Arrays.copyOf(this.shorter, size);
			this.word = Arrays.copyOf(this.word, size);
			Arrays.fill(this.word, this.states, size, -1);
		}
		this.depth[this.states] = this.depth[parent] + 1;
		return this.states++;
	}

	private void link() {
		long[] edges = Arrays.stream(this.keys).filter((key) -> key != 0).sorted().toArray();
		Deque<Integer> queue = new ArrayDeque<>();
		queue.add(0);
		while (!queue.isEmpty()) {
			int state = queue.remove();
			int from = Arrays.binarySearch(edges, (long) state << 16);
			for (int edge = (from < 0) ? -from - 1 : from; edge < edges.length && edges[edge] >>> 16 == state; edge++) {
				char c = (char) edges[edge];
				int next = target(state, c);
				this.fail[next] = (state == 0) ? 0 : step(this.fail[state], c);
				int last = next;
				while (this.shorter[last] != 0) {
					last = this.shorter[last];
				}
				int back = this.fail[next];
				this.shorter[last] = (this.word[back] >= 0) ? back : this.shorter[back];
				queue.add(next);
			}
		}
	}

	int step(int state, char c) {
		int from = state;
		while (true) {
			int next = target(from, c);
			if (next != 0 || from == 0) {
				return next;
			}
			from = this.fail[from];
		}
	}

	int depth(int state) {
		return this.depth[state];
	}

	/** The first state at or behind this one where a word ends, or 0. */
	int ending(int state) {
		return (this.word[state] >= 0) ? state : this.shorter[state];
	}

	int next(int ending) {
		return this.shorter[ending];
	}

	String word(int ending) {
		return this.words[this.word[ending]];
	}

	private int target(int state, char c) {
		long key = (long) state << 16 | c;
		int mask = this.keys.length - 1;
		int place = place(key, mask);
		while (this.keys[place] != 0) {
			if (this.keys[place] == key) {
				return this.targets[place];
			}
			place = (place + 1) & mask;
		}
		return 0;
	}

	private void put(int state, char c, int target) {
		if (++this.edges * 2 > this.keys.length) {
			long[] keys = this.keys;
			int[] targets = this.targets;
			this.keys = new long[keys.length * 2];
			this.targets = new int[keys.length * 2];
			for (int place = 0; place < keys.length; place++) {
				if (keys[place] != 0) {
					store(keys[place], targets[place]);
				}
			}
		}
		store((long) state << 16 | c, target);
	}

	private void store(long key, int target) {
		int mask = this.keys.length - 1;
		int place = place(key, mask);
		while (this.keys[place] != 0) {
			place = (place + 1) & mask;
		}
		this.keys[place] = key;
		this.targets[place] = target;
	}

	private static int place(long key, int mask) {
		long mixed = key * 0x9E3779B97F4A7C15L;
		return (int) (mixed >>> 40) & mask;
	}

}
