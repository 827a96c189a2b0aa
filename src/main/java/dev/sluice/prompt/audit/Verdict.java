package dev.sluice.prompt.audit;

import org.jspecify.annotations.Nullable;

/**
 * What became of a verification.
 *
 * @param records how many records are as they were written
 * @param dropped how many the chains say could not be written
 * @param keyless how many are sealed without a key although there is one now
 * @param broken the first broken link, {@code null} if there is none
 */
public record Verdict(long records, long dropped, long keyless, @Nullable Broken broken) {

	public boolean intact() {
		return this.broken == null;
	}

	/**
	 * A link that does not hold.
	 *
	 * @param sequence the number of the record in its writer's chain
	 */
	public record Broken(String writer, long sequence, Reason reason) {

		/** The id of the record. */
		public String id() {
			return AuditLog.id(this.writer, this.sequence);
		}

	}

	/** What is wrong with a link. */
	public enum Reason {

		/** The record is not there, though later ones are. */
		MISSING("missing"),
		/** The record, or what it is found by, is not what was written. */
		ALTERED("altered"),
		/** Another record is in its place. */
		OUT_OF_ORDER("out of order"),
		/** The record does not name the hash of the one before it. */
		UNLINKED("unlinked"),
		/** The record is no part of the chain. */
		INSERTED("inserted"),
		/** The chain went on to there, or further, and does not any more. */
		CUT_OFF("cut off"),
		/** The record is sealed with a key that is not known here. */
		UNKNOWN_KEY("unknown key");

		private final String text;

		Reason(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
