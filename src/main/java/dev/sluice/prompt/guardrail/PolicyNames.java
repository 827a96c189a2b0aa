package dev.sluice.prompt.guardrail;

/** How policies may be called. */
final class PolicyNames {

	static final String RULE = "must be up to 64 small letters and digits, in words joined by - or .";

	/** Stands for no policy where one may be named. */
	private static final String NONE = "none";

	private PolicyNames() {
	}

	static boolean isNone(String name) {
		return name.equals(NONE);
	}

	static boolean isValid(String name) {
		return name.length() <= 64 && !isNone(name) && name.matches("[a-z0-9]+(?:[.-][a-z0-9]+)*+");
	}

}
