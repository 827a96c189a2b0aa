package dev.sluice.orchestration.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import org.jspecify.annotations.Nullable;

/**
 * What one turn adds: it begins with the user, the roles alternate, it ends with the
 * answer.
 */
final class Spoken {

	private static final int LONGEST_TITLE = 60;

	/** More of a text is not looked at for a title. */
	private static final int BEGINNING = 1_000;

	/** What a template puts around the values of its variables. */
	private static final Pattern FENCE = Pattern.compile("</?untrusted(?: name=\"[^\"]*\")?>");

	private static final Pattern GAP = Pattern.compile("[\\s\\p{C}]+");

	private Spoken() {
	}

	/** The messages to store, none if the user did not speak. */
	static List<Message> of(List<Message> asked, Message answer) {
		List<Message> spoken = new ArrayList<>();
		asked.forEach((message) -> add(spoken, message));
		if (!spoken.isEmpty()) {
			add(spoken, answer);
		}
		return spoken;
	}

	private static void add(List<Message> spoken, Message message) {
		if (spoken.isEmpty()) {
			if (message.role() == Role.USER) {
				spoken.add(message);
			}
		}
		else if (spoken.getLast().role() == message.role()) {
			List<ContentPart> both = new ArrayList<>(spoken.removeLast().content());
			both.addAll(message.content());
			spoken.add(new Message(message.role(), both));
		}
		else {
			spoken.add(message);
		}
	}

	/** What a conversation is called that begins like this, if there is a text. */
	static @Nullable String title(List<Message> spoken) {
		for (ContentPart part : spoken.getFirst().content()) {
			if (part instanceof ContentPart.Text(String text)) {
				String title = title(text);
				if (!title.isEmpty()) {
					return title;
				}
			}
		}
		return null;
	}

	private static String title(String text) {
		String beginning = text.substring(0, Math.min(text.length(), BEGINNING));
		String line = GAP.matcher(FENCE.matcher(beginning).replaceAll(" ")).replaceAll(" ").strip();
		if (line.codePointCount(0, line.length()) <= LONGEST_TITLE) {
			return line;
		}
		int end = line.offsetByCodePoints(0, LONGEST_TITLE - 1);
		int word = line.lastIndexOf(' ', end);
		return line.substring(0, (word > end / 2) ? word : end) + "…";
	}

}
