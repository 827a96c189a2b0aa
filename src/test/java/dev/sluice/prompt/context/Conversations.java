package dev.sluice.prompt.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;

/**
 * A conversation made by chance, which knows how it was made.
 *
 * @param stray answers before anybody asked
 * @param turns what goes together
 */
record Conversations(List<Message> framed, List<Message> stray, List<List<Message>> turns) {

	static Conversations random(Random random) {
		List<Message> framed = new ArrayList<>();
		int examples = random.nextInt(3);
		for (int i = 0; i < examples; i++) {
			framed.add(user(random));
			if (i < examples - 1 || random.nextBoolean()) {
				framed.add(assistant(random));
			}
		}
		List<Message> stray = new ArrayList<>();
		while (framed.isEmpty() && random.nextInt(4) == 0) {
			stray.add(assistant(random));
		}
		List<List<Message>> turns = new ArrayList<>();
		int count = 1 + random.nextInt(8);
		for (int i = 0; i < count; i++) {
			turns.add(turn(random, i == count - 1));
		}
		return new Conversations(framed, stray, turns);
	}

	List<Message> messages() {
		List<Message> messages = new ArrayList<>(this.framed);
		messages.addAll(this.stray);
		this.turns.forEach(messages::addAll);
		return messages;
	}

	static Message toolUse(String id) {
		return new Message(Role.ASSISTANT, List.of(new ContentPart.Text("let me see"),
				new ContentPart.ToolUse(id, "weather", "{\"city\":\"Bern\"}")));
	}

	static Message toolResult(String id, String text) {
		return new Message(Role.USER, List.of(new ContentPart.Other("toolResult",
				"{\"toolUseId\":\"" + id + "\",\"content\":[{\"text\":\"" + text + "\"}]}")));
	}

	static Message assistant(String text) {
		return new Message(Role.ASSISTANT, List.of(new ContentPart.Text(text)));
	}

	/** What the user says, perhaps a call of tools, and answers, perhaps none yet. */
	private static List<Message> turn(Random random, boolean last) {
		List<Message> turn = new ArrayList<>();
		do {
			turn.add(user(random));
		}
		while (random.nextInt(5) == 0);
		int calls = random.nextInt(3) * random.nextInt(2);
		for (int i = 0; i < calls; i++) {
			String id = "t" + random.nextInt(1_000_000);
			turn.add(toolUse(id));
			if (random.nextInt(5) == 0) {
				turn.add(user(random));
			}
			turn.add(toolResult(id, text(random)));
		}
		while (!last || random.nextInt(4) == 0) {
			turn.add(assistant(random));
			if (random.nextInt(5) != 0) {
				break;
			}
		}
		return turn;
	}

	private static Message user(Random random) {
		if (random.nextInt(12) == 0) {
			return new Message(Role.USER,
					List.of(new ContentPart.Image("png", "iVBORw0KGgo="), new ContentPart.Text(text(random))));
		}
		return Message.user(text(random));
	}

	private static Message assistant(Random random) {
		return assistant(text(random));
	}

	private static String text(Random random) {
		return Integer.toString(random.nextInt(1_000_000), 36)
			.repeat(1 + random.nextInt(random.nextInt(8) == 0 ? 300 : 30));
	}

}
