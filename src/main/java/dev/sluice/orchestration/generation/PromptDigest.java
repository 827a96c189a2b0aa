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
		tell(request, text::append);
		return text.toString();
	}

	/** SHA-256 of a prompt as one text, which need not be put together for it. */
	static byte[] sha256(ModelRequest request) {
		MessageDigest digest = sha256();
		tell(request, (piece) -> digest.update(piece.getBytes(StandardCharsets.UTF_8)));
		return digest.digest();
	}

	static byte[] sha256(String text) {
		return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Tells the pieces of it. No character lies in two of them. */
	private static void tell(ModelRequest request, Consumer<String> pieces) {
		if (request.system() != null) {
			pieces.accept("system: ");
			pieces.accept(request.system());
			pieces.accept("\n");
		}
		for (Message message : request.messages()) {
			String role = message.role().name().toLowerCase(Locale.ROOT) + ": ";
			for (ContentPart part : message.content()) {
				pieces.accept(role);
				pieces.accept(contentOf(part));
				pieces.accept("\n");
			}
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
