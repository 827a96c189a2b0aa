package dev.sluice.prompt.context;

/**
 * Which turns go so that the rest has room. The newest are counted first and the oldest
 * not at all, so that what it costs is bounded by the window, not by the conversation.
 *
 * @param room most tokens
 */
record Trimming(Ruler ruler, Turns turns, long room) {

	/** Where cache points pay, turns go in steps of this share of the room. */
	private static final int STEPS = 10;

	/** The tokens of what stays in any case. */
	double required() {
		int pinned = this.turns.pinned();
		int last = this.turns.start(this.turns.spare());
		int end = this.ruler.size();
		double tokens = this.ruler.count(Ruler.SYSTEM, pinned) + this.ruler.count(last, end);
		if (this.ruler.doubtful(Ruler.SYSTEM, pinned, tokens, this.room)
				|| this.ruler.doubtful(last, end, tokens, this.room)) {
			this.ruler.countExactly(Ruler.SYSTEM, pinned);
			this.ruler.countExactly(last, end);
			tokens = this.ruler.tokens(Ruler.SYSTEM, pinned) + this.ruler.tokens(last, end);
		}
		return tokens;
	}

	/** How many turns have to go, the oldest first. */
	int gone(double required) {
		double used = required;
		int gone = this.turns.spare();
		while (gone > 0) {
			used += turn(gone - 1, used);
			if (used > this.room) {
				return gone;
			}
			gone--;
		}
		return 0;
	}

	/**
	 * A prompt that begins one turn later in every call is never found in the provider's
	 * cache. So more goes than has to, and then nothing for some calls.
	 */
	int inSteps(int gone) {
		double step = (double) this.room / STEPS;
		int first = this.turns.start(0);
		double wanted = Math.ceil(this.ruler.guess(first, this.turns.start(gone)) / step) * step;
		int more = gone;
		while (more < this.turns.spare() && this.ruler.guess(first, this.turns.start(more)) < wanted
				&& this.ruler.guess(this.turns.start(more), this.turns.start(more + 1)) <= step) {
			more++;
		}
		return more;
	}

	private double turn(int index, double used) {
		int start = this.turns.start(index);
		int end = this.turns.start(index + 1);
		double tokens = this.ruler.count(start, end);
		if (this.ruler.doubtful(start, end, used + tokens, this.room)) {
			this.ruler.countExactly(start, end);
			return this.ruler.tokens(start, end);
		}
		return tokens;
	}

}
