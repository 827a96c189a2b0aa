package dev.sluice.prompt.template;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;

/** Whether what is in a template fits together and into its bounds. */
final class TemplateCheck {

	private static final int MOST_TEXT = 64 * 1024;

	private static final int MOST_MESSAGES = 100;

	private static final int MOST_VARIABLES = 100;

	private static final int MOST_VALUES = 200;

	private static final int LONGEST_DESCRIPTION = 2_000;

	private static final int LONGEST_NAME = 128;

	private static final int LONGEST_VARIABLE = 64;

	private static final int LARGEST_VALUE = 1_000_000;

	/** An item of the store may have 400 KB, names and the rest included. */
	private static final int MOST_BYTES = 300 * 1024;

	private static final Set<String> TAKEN = Set.of("this");

	private TemplateCheck() {
	}

	/**
	 * Checks all of it.
	 * @throws PromptException naming the first field that does not fit
	 */
	static void check(TemplateContent content, int maxLength) {
		checkLength("description", content.description(), LONGEST_DESCRIPTION);
		checkLength("model", content.model(), LONGEST_NAME);
		checkLength("guardrail", content.guardrail(), LONGEST_NAME);
		check(content.parameters());
		if (content.variables().size() > MOST_VARIABLES) {
			throw PromptException.invalid("variables", "must be at most " + MOST_VARIABLES);
		}
		content.variables().values().forEach(TemplateCheck::check);
		checkTexts(content);
		new Template("check", 1, "", Instant.EPOCH, content, maxLength);
	}

	/** The JSON that is kept. */
	static String json(TemplateContent content) {
		String json = TemplateJson.write(content);
		if (json.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
			throw new PromptException(PromptException.Reason.TOO_LARGE,
					"A template must be at most %d bytes of JSON".formatted(MOST_BYTES));
		}
		return json;
	}

	static String hash(String json) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void checkTexts(TemplateContent content) {
		if (content.system() == null && content.messages().isEmpty()) {
			throw PromptException.invalid("messages", "must hold a message, or there must be a system text");
		}
		if (content.messages().size() > MOST_MESSAGES) {
			throw PromptException.invalid("messages", "must be at most " + MOST_MESSAGES);
		}
		int characters = 0;
		if (content.system() != null) {
			characters += checkText("system", content.system(), content);
		}
		Role expected = Role.USER;
		for (int i = 0; i < content.messages().size(); i++) {
			TemplateMessage message = content.messages().get(i);
			if (message.role() != expected) {
				throw PromptException.invalid("messages[%d].role".formatted(i),
						"must be '%s': the user speaks first, then each in turn"
							.formatted((expected == Role.USER) ? "user" : "assistant"));
			}
			expected = (expected == Role.USER) ? Role.ASSISTANT : Role.USER;
			characters += checkText("messages[%d].content".formatted(i), message.content(), content);
		}
		if (characters > MOST_TEXT) {
			throw new PromptException(PromptException.Reason.TOO_LARGE,
					"The texts of a template must be at most %d characters in all".formatted(MOST_TEXT));
		}
	}

	private static int checkText(String field, String text, TemplateContent content) {
		if (text.isBlank()) {
			throw PromptException.invalid(field, "must not be blank");
		}
		if (text.length() > MOST_TEXT) {
			throw new PromptException(PromptException.Reason.TOO_LARGE, field,
					"The texts of a template must be at most %d characters in all".formatted(MOST_TEXT), null);
		}
		if (Fence.hasTag(text)) {
			throw new PromptException(PromptException.Reason.TEMPLATE_INVALID, field,
					field + " has an <untrusted> tag; those are put around values by themselves", null);
		}
		TemplateTags.check(field, text, content.variables());
		return text.length();
	}

	private static void check(Variable variable) {
		String path = "variables." + shortened(variable.name());
		if (!isName(variable.name())) {
			throw PromptException.invalid(path, "is not a name: a letter, then at most " + (LONGEST_VARIABLE - 1)
					+ " letters, digits or '_', and not 'this'");
		}
		checkLength(path + ".description", variable.description(), LONGEST_DESCRIPTION);
		if (variable.maxLength() < 1 || variable.maxLength() > LARGEST_VALUE) {
			throw PromptException.invalid(path + ".maxLength", "must be from 1 to " + LARGEST_VALUE);
		}
		if ((variable.type() == Variable.Type.ENUM) == variable.values().isEmpty()) {
			throw PromptException.invalid(path + ".values",
					variable.values().isEmpty() ? "must list what the enum may be" : "are only for an enum");
		}
		if (variable.values().size() > MOST_VALUES || new HashSet<>(variable.values()).size() < variable.values().size()
				|| variable.values().stream().anyMatch((value) -> value.isBlank() || value.length() > 200)) {
			throw PromptException.invalid(path + ".values",
					"must be at most " + MOST_VALUES + " different texts of 1 to 200 characters");
		}
		Object byDefault = variable.defaultValue();
		if (byDefault != null) {
			if (variable.required()) {
				throw PromptException.invalid(path + ".required", "must not be true where there is a default");
			}
			String problem = Values.problemOf(variable, byDefault);
			if (problem != null) {
				throw PromptException.invalid(path + ".default", problem);
			}
		}
	}

	private static void check(Parameters parameters) {
		if (parameters.maxTokens() != null && parameters.maxTokens() < 1) {
			throw PromptException.invalid("parameters.maxTokens", "must be at least 1");
		}
		checkFraction("parameters.temperature", parameters.temperature());
		checkFraction("parameters.topP", parameters.topP());
		if (parameters.stopSequences().size() > MOST_VALUES) {
			throw PromptException.invalid("parameters.stopSequences", "must be at most " + MOST_VALUES);
		}
	}

	private static void checkFraction(String field, @Nullable Double value) {
		if (value != null && !(value >= 0 && value <= 1)) {
			throw PromptException.invalid(field, "must be from 0 to 1");
		}
	}

	private static void checkLength(String field, @Nullable String text, int most) {
		if (text != null && (text.isBlank() || text.length() > most)) {
			throw PromptException.invalid(field, "must be 1 to %d characters and not blank".formatted(most));
		}
	}

	static boolean isName(String name) {
		if (name.isEmpty() || name.length() > LONGEST_VARIABLE || TAKEN.contains(name)) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
			if (!letter && (i == 0 || c != '_' && !(c >= '0' && c <= '9'))) {
				return false;
			}
		}
		return true;
	}

	private static String shortened(String name) {
		return (name.length() <= LONGEST_VARIABLE) ? name : name.substring(0, LONGEST_VARIABLE) + "…";
	}

}
