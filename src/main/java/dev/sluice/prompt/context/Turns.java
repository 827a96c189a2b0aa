package dev.sluice.prompt.context;

import java.util.Arrays;
import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;

/**
 * What of a conversation goes together. A turn is what the user says and all that follows
 * until the user speaks again; the result of a tool is no speech, so it stays with its
 * call.
 *
 * @param pinned how many leading messages stay, whatever happens
 * @param starts where each turn begins, in order; what lies between {@code pinned} and
 * the first of them answers nothing and is left out
 */
record Turns(int pinned, int[] starts) {

	static Turns of(List<Message> messages, int framed) {
		if (framed > 0 && messages.getFirst().role() != Role.USER) {
			throw new PromptException(Reason.TEMPLATE_INVALID,
					"The first message of the template must be one of the user");
		}
		int pinned = pinned(messages, framed);
		int[] starts = new int[messages.size()];
		int count = 0;
		for (int i = pinned; i < messages.size(); i++) {
			if (isStart(messages, i) || (i == pinned && (i > 0 || messages.get(i).role() == Role.USER))) {
				starts[count++] = i;
			}
		}
		if (pinned + count == 0) {
			throw PromptException.invalid("messages", "must hold one of the user that is no tool result");
		}
		return new Turns(pinned, Arrays.copyOf(starts, count));
	}

	/** How many turns may go. */
	int spare() {
		return Math.max(0, this.starts.length - 1);
	}

	/** Where the messages begin that stay when so many turns have gone. */
	int start(int gone) {
		return (gone < this.starts.length) ? this.starts[gone] : this.pinned;
	}

	static boolean hasToolResult(Message message) {
		for (ContentPart part : message.content()) {
			if (isToolResult(part)) {
				return true;
			}
		}
		return false;
	}

	static boolean isToolResult(ContentPart part) {
		return part instanceof ContentPart.Other(String kind, var _) && kind.equals("toolResult");
	}

	/** A tool that a template calls has its result in the conversation. */
	private static int pinned(List<Message> messages, int framed) {
		int pinned = framed;
		while (pinned > 0 && pinned < messages.size() && hasToolResult(messages.get(pinned))) {
			pinned++;
		}
		return pinned;
	}

	/** Neighbouring messages of the user are one speech. */
	private static boolean isStart(List<Message> messages, int index) {
		if (messages.get(index).role() != Role.USER || (index > 0 && messages.get(index - 1).role() == Role.USER)) {
			return false;
		}
		for (int i = index; i < messages.size() && messages.get(i).role() == Role.USER; i++) {
			if (hasToolResult(messages.get(i))) {
				return false;
			}
		}
		return true;
	}

}
