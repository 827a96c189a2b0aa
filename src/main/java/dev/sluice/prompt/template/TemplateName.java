package dev.sluice.prompt.template;

import java.util.Set;

import dev.sluice.prompt.terms.PromptException;

/** How templates and labels may be called. */
final class TemplateName {

	private static final int LONGEST = 128;

	private static final int LONGEST_LABEL = 64;

	/** These are paths beside the templates. */
	private static final Set<String> TAKEN = Set.of("export", "import");

	private TemplateName() {
	}

	/** Words of small letters and digits joined by {@code -}, in folders by {@code .}. */
	static boolean isValid(String name) {
		return isWords(name, true) && name.length() <= LONGEST && !TAKEN.contains(name);
	}

	static void check(String name) {
		if (!isValid(name)) {
			throw PromptException.invalid("name",
					"must be words of small letters and digits joined by '-', with folders by '.', of at most "
							+ LONGEST + " characters, and neither 'export' nor 'import'");
		}
	}

	static void checkLabel(String label) {
		if (!isWords(label, false) || label.length() > LONGEST_LABEL || label.equals(TemplateReference.LATEST)) {
			throw PromptException.invalid("label",
					"must be words of small letters and digits joined by '-', of at most " + LONGEST_LABEL
							+ " characters, and not 'latest', which always means the latest version");
		}
	}

	/** Whether a text is a beginning of names. */
	static boolean isPrefix(String prefix) {
		return prefix.length() <= LONGEST
				&& prefix.chars().allMatch((c) -> isWordCharacter((char) c) || c == '-' || c == '.');
	}

	private static boolean isWords(String text, boolean folders) {
		boolean inWord = false;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (isWordCharacter(c)) {
				inWord = true;
			}
			else if (inWord && (c == '-' || folders && c == '.')) {
				inWord = false;
			}
			else {
				return false;
			}
		}
		return inWord;
	}

	private static boolean isWordCharacter(char c) {
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
	}

}
