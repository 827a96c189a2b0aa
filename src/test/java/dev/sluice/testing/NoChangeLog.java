package dev.sluice.testing;

import dev.sluice.prompt.terms.ChangeLog;

/** Keeps nothing. */
public final class NoChangeLog implements ChangeLog {

	@Override
	public void admit() {
	}

	@Override
	public void changed(Change change) {
	}

}
