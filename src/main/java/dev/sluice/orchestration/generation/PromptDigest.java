package dev.sluice.orchestration.generation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.function.Consumer;

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
		write(request, text::append);
		return text.toString();
	}

	/** The hash of {@link #canonical}, without that text in memory. */
	static byte[] sha256(ModelRequest request) {
		MessageDigest digest = digest();
		write(request, (piece) -> digest.update(piece.getBytes(StandardCharsets.UTF_8)));
		return digest.digest();
	}

	static byte[] sha256(String text) {
		return digest().digest(text.getBytes(StandardCharsets.UTF_8));
	}

	private static void write(ModelRequest request, Consumer<String> out) {
		if (request.system() != null) {
			write("system", request.system(), out);
		}
		for (Message message : request.messages()) {
			String role = message.role().name().toLowerCase(Locale.ROOT);
			for (ContentPart part : message.content()) {
				write(role, contentOf(part), out);
			}
		}
	}

	private static void write(String who, String text, Consumer<String> out) {
		out.accept(who);
		out.accept(": ");
		out.accept(text);
		out.accept("\n");
	}

	private static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
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
