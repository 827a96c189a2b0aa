package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.prompt.terms.PromptText;

/** Puts masks into a whole text, and tells anew which parts of it the caller gave. */
final class MaskedText {

	private record Region(int start, int end, String mask) {
	}

	private final String original;

	private final int[] given;

	private final StringBuilder masked;

	/** How much of the original has been passed, and how many of the borders in it. */
	private int done;

	private int passed;

	private MaskedText(PromptText text) {
		this.original = text.text();
		this.given = text.given().clone();
		this.masked = new StringBuilder(this.original.length());
	}

	/**
	 * The text with masks instead of what was seen.
	 * @param sightings in the order of the text; those that overlap get one mask
	 */
	static PromptText of(PromptText text, List<Sighting> sightings) {
		List<Region> regions = regions(sightings);
		return regions.isEmpty() ? text : new MaskedText(text).masked(regions);
	}

	private static List<Region> regions(List<Sighting> sightings) {
		List<Region> regions = new ArrayList<>();
		for (Sighting sighting : sightings) {
			if (sighting.mask() == null) {
				continue;
			}
			Region last = regions.isEmpty() ? null : regions.getLast();
			if (last != null && sighting.start() < last.end()) {
				regions.set(regions.size() - 1,
						new Region(last.start(), Math.max(last.end(), sighting.end()), last.mask()));
			}
			else {
				regions.add(new Region(sighting.start(), sighting.end(), sighting.mask()));
			}
		}
		return regions;
	}

	private PromptText masked(List<Region> regions) {
		for (Region region : regions) {
			pass(region.start());
			int start = this.masked.length();
			this.masked.append(region.mask());
			this.done = region.end();
			while (isBorderWithin(region.end())) {
				this.given[this.passed] = isStart() ? start : this.masked.length();
				this.passed++;
			}
		}
		pass(this.original.length());
		return new PromptText(this.masked.toString(), this.given);
	}

	/** Takes over the original up to there. */
	private void pass(int end) {
		int shift = this.masked.length() - this.done;
		while (isBorderWithin(end)) {
			this.given[this.passed] += shift;
			this.passed++;
		}
		this.masked.append(this.original, this.done, end);
		this.done = end;
	}

	/** A part that starts at the end of another text is not within it. */
	private boolean isBorderWithin(int end) {
		return this.passed < this.given.length
				&& this.given[this.passed] < end + ((isStart() && end < this.original.length()) ? 0 : 1);
	}

	private boolean isStart() {
		return this.passed % 2 == 0;
	}

}
