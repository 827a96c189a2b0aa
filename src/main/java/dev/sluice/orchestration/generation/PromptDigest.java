package dev.sluice.orchestration.generation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;

/** How prompts and answers are told apart without being kept. */
final class PromptDigest {

	private PromptDigest() {
	}

	/**
	 * A prompt as one text: {@code system: } and the system text, then of every message
	 * the role, {@code : } and each of its parts (the base64 of an image or document), a
	 * line break after each.
	 */
	static String canonical(ModelRequest request) {
		StringBuilder text = new StringBuilder(1024);
		if (request.system() != null) {
			text.append("system: ").append(request.system()).append('\n');
		}
		for (Message message : request.messages()) {
			for (ContentPart part : message.content()) {
				text.append(message.role().name().toLowerCase(Locale.ROOT))
					.append(": ")
					.append(contentOf(part))
					.append('\n');
			}
		}
		return text.toString();
	}

	static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String contentOf(ContentPart part) {
		return switch (part) {
			case ContentPart.Text(String text) -> text;
			case ContentPart.Image(var _, String data) -> data;
			case ContentPart.Document(var _, var _, String data) -> data;
			case ContentPart.Reasoning(String text, var _) -> text;
			case ContentPart.RedactedReasoning(String data) -> data;
			case ContentPart.ToolUse(var _, var _, String input) -> input;
			case ContentPart.Citation(String json) -> json;
			case ContentPart.Other(var _, String json) -> json;
		};
	}

}
