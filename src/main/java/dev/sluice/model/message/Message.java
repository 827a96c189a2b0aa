package dev.sluice.model.message;

import java.util.List;

/** One turn of a conversation; its content is never empty. */
public record Message(Role role, List<ContentPart> content) {

	public Message {
		content = List.copyOf(content);
		if (content.isEmpty()) {
			throw new IllegalArgumentException("A message needs content");
		}
	}

	public static Message user(String text) {
		return new Message(Role.USER, List.of(new ContentPart.Text(text)));
	}

}
