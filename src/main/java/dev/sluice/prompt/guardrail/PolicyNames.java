package dev.sluice.prompt.guardrail;

import java.util.regex.Pattern;

/** How policies may be called. */
final class PolicyNames {

	static final String RULE = "must be up to 64 small letters and digits, in words joined by - or .";

	/** Stands for no policy where one may be named. */
	private static final String NONE = "none";

	private static final Pattern WORDS = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*+");

	private PolicyNames() {
	}

	static boolean isNone(String name) {
		return name.equals(NONE);
	}

	static boolean isValid(String name) {
		return name.length() <= 64 && !isNone(name) && WORDS.matcher(name).matches();
	}

}
