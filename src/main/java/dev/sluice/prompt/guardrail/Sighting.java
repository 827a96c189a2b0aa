package dev.sluice.prompt.guardrail;

import org.jspecify.annotations.Nullable;

/**
 * Something that was found, and where.
 *
 * @param start where it starts, -1 if that is not known
 * @param end where it ends (exclusive)
 * @param mask what stands for it, {@code null} if it is not masked
 */
record Sighting(String type, Treatment treatment, int start, int end, @Nullable String mask) {

	/** Something without a place, such as the sense of a text. */
	static Sighting somewhere(String type, Treatment treatment) {
		return new Sighting(type, treatment, -1, -1, null);
	}

	/** As seen from a later start of the text. */
	Sighting from(int origin) {
		return new Sighting(this.type, this.treatment, Math.max(0, this.start - origin), this.end - origin, this.mask);
	}

}
