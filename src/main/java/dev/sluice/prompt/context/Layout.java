package dev.sluice.prompt.context;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;

/**
 * The messages that stay, neighbours of one role made one.
 *
 * @param last the index of the last message given that went into each
 */
record Layout(List<Message> messages, int[] last) {

	/** Lays out the first {@code pinned} messages, and those from {@code start} on. */
	static Layout of(List<Message> given, int pinned, int start) {
		List<Message> messages = new ArrayList<>(given.size());
		int[] last = new int[given.size()];
		int from = (pinned > 0) ? 0 : start;
		while (from < given.size()) {
			int to = next(from, pinned, start);
			int end = from;
			while (to < given.size() && given.get(to).role() == given.get(from).role()) {
				end = to;
				to = next(to, pinned, start);
			}
			last[messages.size()] = end;
			messages.add((end == from) ? given.get(from) : merge(given, from, end, pinned, start));
			from = to;
		}
		return new Layout(messages, last);
	}

	private static int next(int index, int pinned, int start) {
		return (index == pinned - 1) ? start : index + 1;
	}

	private static Message merge(List<Message> given, int from, int end, int pinned, int start) {
		List<ContentPart> results = new ArrayList<>();
		List<ContentPart> others = new ArrayList<>();
		for (int i = from; i <= end; i = next(i, pinned, start)) {
			for (ContentPart part : given.get(i).content()) {
				// Claude wants them before anything else.
				(Turns.isToolResult(part) ? results : others).add(part);
			}
		}
		results.addAll(others);
		return new Message(given.get(from).role(), results);
	}

}
