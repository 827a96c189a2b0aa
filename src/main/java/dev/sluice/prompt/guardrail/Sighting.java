package dev.sluice.prompt.guardrail;

import java.util.List;

import dev.sluice.prompt.guardrail.bedrock.Assessment;
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

	/**
	 * What Bedrock found.
	 * @param offset where the text that it saw starts, -1 if its places mean nothing
	 */
	static List<Sighting> of(Assessment assessment, int offset) {
		return assessment.findings().stream().map((found) -> {
			Treatment treatment = Treatment.of(found.finding().action());
			return (found.known() && offset >= 0) ? new Sighting(found.finding().type(), treatment,
					found.start() + offset, found.end() + offset, null) : somewhere(found.finding().type(), treatment);
		}).toList();
	}

	/** As seen from a later start of the text. */
	Sighting from(int origin) {
		return new Sighting(this.type, this.treatment, Math.max(0, this.start - origin), this.end - origin, this.mask);
	}

}
