package dev.sluice.prompt.audit;

import java.time.Instant;

/**
 * Where the journal's chain stands.
 *
 * @param recordedAt the time of its last record; no later one has an earlier time
 */
record Tip(Head head, Instant recordedAt) {

	/** After one more record. */
	Tip at(String hash, Instant recordedAt) {
		return new Tip(new Head(this.head.writer(), this.head.sequence() + 1, hash), recordedAt);
	}

}
