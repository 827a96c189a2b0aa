package dev.sluice.prompt.guardrail;

/** Where a policy comes from; each goes before those above it. */
public enum PolicySource {

	BUILT_IN("built-in"), CONFIGURATION("configuration"), STORED("stored");

	private final String word;

	PolicySource(String word) {
		this.word = word;
	}

	/** The word for it on the wire. */
	public String word() {
		return this.word;
	}

}
