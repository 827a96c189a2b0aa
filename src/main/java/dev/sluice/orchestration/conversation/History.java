package dev.sluice.orchestration.conversation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes of what was stored what a model takes: it begins with the user, the roles
 * alternate, it ends with the assistant, and every tool that is called has its result.
 *
 * @param messages what the model is sent
 * @param sequences of the last stored message in each of them
 */
record History(List<Message> messages, List<Long> sequences) {

	static final History NONE = new History(List.of(), List.of());

	private static final JsonMapper mapper = new JsonMapper();

	History {
		messages = List.copyOf(messages);
		sequences = List.copyOf(sequences);
	}

	static History of(List<StoredMessage> stored) {
		List<Entry> kept = new ArrayList<>();
		for (int i = 0; i < stored.size(); i++) {
			StoredMessage message = stored.get(i);
			Entry last = kept.isEmpty() ? null : kept.getLast();
			Role role = message.message().role();
			if (last == null && role == Role.ASSISTANT) {
				continue;
			}
			Message next = (i + 1 < stored.size()) ? stored.get(i + 1).message() : null;
			List<ContentPart> content = (role == Role.USER) ? asked(message.message(), last)
					: answered(message.message(), next);
			if (content.isEmpty()) {
				continue;
			}
			if (last != null && last.role == role) {
				last.content.addAll(content);
				last.sequence = message.sequence();
			}
			else {
				kept.add(new Entry(role, content, message.sequence()));
			}
		}
		dropUnanswered(kept);
		return new History(kept.stream().map((entry) -> new Message(entry.role, entry.content)).toList(),
				kept.stream().map((entry) -> entry.sequence).toList());
	}

	/** What was asked last and not answered, and the calls whose results were in it. */
	private static void dropUnanswered(List<Entry> kept) {
		while (!kept.isEmpty() && kept.getLast().role == Role.USER) {
			kept.removeLast();
			if (!kept.isEmpty()) {
				kept.getLast().content.removeIf(ContentPart.ToolUse.class::isInstance);
				if (kept.getLast().content.isEmpty()) {
					kept.removeLast();
				}
			}
		}
	}

	private static List<ContentPart> asked(Message message, @Nullable Entry before) {
		Set<String> calls = new HashSet<>();
		if (before != null) {
			before.content.forEach((part) -> {
				if (part instanceof ContentPart.ToolUse tool) {
					calls.add(tool.id());
				}
			});
		}
		List<ContentPart> content = new ArrayList<>();
		for (ContentPart part : message.content()) {
			boolean fits = switch (part) {
				case ContentPart.Text(String text) -> !text.isBlank();
				case ContentPart.Image _, ContentPart.Document _ -> true;
				case ContentPart.Other other -> calls.remove(resultOf(other));
				case ContentPart.ToolUse _, ContentPart.Reasoning _, ContentPart.RedactedReasoning _,
						ContentPart.Citation _ ->
					false;
			};
			if (fits) {
				content.add(part);
			}
		}
		return content;
	}

	private static List<ContentPart> answered(Message message, @Nullable Message next) {
		Set<String> results = new HashSet<>();
		if (next != null && next.role() == Role.USER) {
			next.content().forEach((part) -> {
				if (part instanceof ContentPart.Other other) {
					results.add(resultOf(other));
				}
			});
		}
		List<ContentPart> content = new ArrayList<>();
		for (ContentPart part : message.content()) {
			boolean fits = switch (part) {
				case ContentPart.Text(String text) -> !text.isBlank();
				case ContentPart.ToolUse tool -> results.remove(tool.id());
				default -> false;
			};
			if (fits) {
				content.add(part);
			}
		}
		return content;
	}

	/** The id of the call that a part is the result of; empty if it is none. */
	private static String resultOf(ContentPart.Other part) {
		if (!part.kind().equals("toolResult")) {
			return "";
		}
		try {
			return mapper.readTree(part.json()).path("toolUseId").asString("");
		}
		catch (JacksonException _) {
			return "";
		}
	}

	private static final class Entry {

		private final Role role;

		private final List<ContentPart> content;

		private long sequence;

		private Entry(Role role, List<ContentPart> content, long sequence) {
			this.role = role;
			this.content = content;
			this.sequence = sequence;
		}

	}

}
