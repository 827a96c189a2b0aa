package dev.sluice.api.rest;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.api.Json;
import dev.sluice.api.RequestBody;
import dev.sluice.orchestration.conversation.ConversationException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The JSON of requests about conversations; each of its fields may be missing. */
final class ConversationBody {

	private static final int LONGEST_TITLE = 200;

	private static final int MOST_SUBJECTS = 100;

	private static final int LONGEST_SUBJECT = 256;

	private ConversationBody() {
	}

	/** What a new one is to be; nothing at all is fine. */
	record Creation(@Nullable String title) {

		static Creation read(RequestBody bodies, HttpServletRequest request) {
			Creation body = bodies.read(request,
					(json) -> (json.length == 0) ? new Creation(null) : Json.read(json, Creation.class));
			checkTitle(body.title);
			return body;
		}

	}

	record Changes(@Nullable String title, @Nullable List<@Nullable String> sharedWith) {

		static Changes read(RequestBody bodies, HttpServletRequest request) {
			Changes body = bodies.read(request, (json) -> Json.read(json, Changes.class));
			checkTitle(body.title);
			if (body.title == null && body.sharedWith == null) {
				throw ConversationException.invalid("title", "must be there, or sharedWith");
			}
			return body;
		}

		/** Each subject once, {@code null} if nothing is said about them. */
		@Nullable List<String> subjects() {
			if (this.sharedWith == null) {
				return null;
			}
			if (this.sharedWith.size() > MOST_SUBJECTS) {
				throw ConversationException.invalid("sharedWith", "must name at most " + MOST_SUBJECTS + " subjects");
			}
			List<String> subjects = new ArrayList<>();
			for (String subject : this.sharedWith) {
				if (subject == null || subject.isBlank() || length(subject) > LONGEST_SUBJECT) {
					throw ConversationException.invalid("sharedWith[" + subjects.size() + "]",
							"must be 1 to " + LONGEST_SUBJECT + " characters");
				}
				subjects.add(subject);
			}
			return subjects.stream().distinct().toList();
		}

	}

	record Copy(@Nullable Long after, @Nullable String title) {

		static Copy read(RequestBody bodies, HttpServletRequest request) {
			Copy body = bodies.read(request,
					(json) -> (json.length == 0) ? new Copy(null, null) : Json.read(json, Copy.class));
			checkTitle(body.title);
			if (body.after != null && body.after < 0) {
				throw ConversationException.invalid("after", "must be the sequence of a message, or 0 for none");
			}
			return body;
		}

	}

	private static void checkTitle(@Nullable String title) {
		if (title != null && (title.isBlank() || length(title) > LONGEST_TITLE
				|| !title.codePoints().allMatch(ConversationBody::isPartOfLine))) {
			throw ConversationException.invalid("title",
					"must be one line of 1 to " + LONGEST_TITLE + " characters without control characters");
		}
	}

	/** No control character, and no half of a surrogate pair, which has no UTF-8. */
	private static boolean isPartOfLine(int character) {
		return !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE;
	}

	private static int length(String text) {
		return text.codePointCount(0, text.length());
	}

}
