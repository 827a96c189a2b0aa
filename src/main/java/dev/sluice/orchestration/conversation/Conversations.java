package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.sluice.orchestration.conversation.ConversationException.Reason;
import dev.sluice.orchestration.node.SortableIds;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * The conversations of all callers. An id that begins with {@code cnv_} is Sluice's and
 * must exist; any other is the caller's own, and is a conversation from its first turn
 * on. Every method throws {@link ConversationException}; nobody is told of a conversation
 * that he may not see.
 */
@Service
public class Conversations {

	/** What ids are made of. */
	static final String ID = "[a-zA-Z0-9_-]{1,64}";

	static final String OWN_PREFIX = "cnv_";

	private static final Pattern ID_PATTERN = Pattern.compile(ID);

	private static final SortableIds ids = new SortableIds(OWN_PREFIX);

	/** What is read for one page. */
	private static final long PAGE_BYTES = 8_000_000;

	/** How long a copy may take before it counts as broken off. */
	private static final Duration LONGEST_COPY = Duration.ofHours(1);

	private final ConversationStore conversations;

	private final MessageStore messages;

	private final Turns turns;

	private final Purge purge;

	Conversations(ConversationStore conversations, MessageStore messages, Turns turns, Purge purge) {
		this.conversations = conversations;
		this.messages = messages;
		this.turns = turns;
		this.purge = purge;
	}

	/** Makes an empty one. */
	public Conversation create(Caller owner, @Nullable String title) {
		return call(() -> {
			Head head = fresh(owner, title, 0, null);
			this.conversations.create(head);
			return head.conversation();
		});
	}

	/** Those that the caller owns, the newest first. */
	public ConversationPage<Conversation> list(Caller owner, int limit, @Nullable String after) {
		Cursor start = (after != null) ? Cursor.parse(after) : null;
		return call(() -> this.conversations.list(owner, limit, start));
	}

	public Conversation find(Caller caller, String id) {
		return call(() -> visible(caller, id).conversation());
	}

	/**
	 * Renames or shares it.
	 * @param title left as it is if {@code null}
	 * @param sharedWith left as it is if {@code null}
	 */
	public Conversation update(Caller owner, String id, @Nullable String title, @Nullable List<String> sharedWith) {
		return call(() -> {
			requireId(id);
			ConversationStore.Outcome outcome = this.conversations.update(owner, id, title, sharedWith);
			Head head = outcome.head();
			if (head == null) {
				throw notFound();
			}
			return outcome.done() ? head.conversation() : owned(owner, head).conversation();
		});
	}

	/**
	 * The messages behind the sequence {@code after}, the oldest first; fewer than
	 * {@code limit} where they are large.
	 */
	public ConversationPage<StoredMessage> messages(Caller caller, String id, int limit, long after) {
		return call(() -> {
			Head head = visible(caller, id);
			long last = head.conversation().messages();
			List<StoredMessage> found = this.messages.after(head.partition(), after, last, limit, PAGE_BYTES);
			boolean more = !found.isEmpty() && found.getLast().sequence() < last;
			return new ConversationPage<>(found, more ? String.valueOf(found.getLast().sequence()) : null);
		});
	}

	/**
	 * Copies it up to a message. A user's message that would be the last one is left out:
	 * it would wait for its answer.
	 * @param last sequence of the last message to copy, {@code null} for all
	 * @param title its name, that of the original if {@code null}
	 */
	public Conversation fork(Caller caller, String id, @Nullable Long last, @Nullable String title) {
		return call(() -> {
			Head source = visible(caller, id);
			long most = source.conversation().messages();
			if (last != null && last > most) {
				throw ConversationException.invalid("after", "must be at most " + most);
			}
			String name = (title != null) ? title : source.conversation().title();
			String partition = newId();
			this.conversations.expect(partition, Instant.now().plus(LONGEST_COPY));
			long copied = this.messages.copy(source.partition(), partition, (last != null) ? last : most);
			Head copy = fresh(caller, name, copied, new Conversation.Origin(id, copied), partition);
			// What was deleted while it was copied must not live on.
			if (!visible(caller, id).partition().equals(source.partition()) || !this.conversations.adopt(copy)) {
				throw notFound();
			}
			return copy.conversation();
		});
	}

	/** Removes it with all its messages; at once nobody sees it any more. */
	public void delete(Caller owner, String id) {
		call(() -> {
			Head head = owned(owner, visible(owner, id));
			Instant due = due(head);
			while (!this.conversations.delete(head, due)) {
				Head changed = this.conversations.find(owner.tenant(), id);
				if (changed == null || !changed.partition().equals(head.partition())) {
					break;
				}
				head = changed;
				due = due(head);
			}
			this.purge.soon(head.partition(), due);
			return head;
		});
	}

	/** Whoever has the turn may be writing, which the store will refuse in the end. */
	private static Instant due(Head head) {
		Head.Holder holder = head.holder();
		return (holder != null) ? holder.until() : Instant.now();
	}

	/**
	 * Takes the next turn.
	 * @param patience how long the generation may take, the wait for the turn included
	 * where requests queue
	 */
	public Turn begin(Caller owner, String id, String generationId, Duration patience) {
		return call(() -> {
			requireId(id);
			return this.turns.begin(owner, id, generationId, patience);
		});
	}

	static String newId() {
		return ids.next();
	}

	static ConversationException notFound() {
		return new ConversationException(Reason.NOT_FOUND, "There is no such conversation");
	}

	private static Head fresh(Caller owner, @Nullable String title, long messages,
			Conversation.@Nullable Origin origin) {
		return fresh(owner, title, messages, origin, newId());
	}

	private static Head fresh(Caller owner, @Nullable String title, long messages, Conversation.@Nullable Origin origin,
			String partition) {
		// To the millisecond, as it is stored.
		Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
		return new Head(new Conversation(newId(), owner, title, now, now, messages, List.of(), null, origin), partition,
				null);
	}

	private static void requireId(String id) {
		if (!ID_PATTERN.matcher(id).matches()) {
			throw notFound();
		}
	}

	private Head visible(Caller caller, String id) {
		requireId(id);
		Head head = this.conversations.find(caller.tenant(), id);
		if (head == null || !head.conversation().visibleTo(caller)) {
			throw notFound();
		}
		return head;
	}

	private static Head owned(Caller caller, Head head) {
		if (head.conversation().owner().equals(caller)) {
			return head;
		}
		throw head.conversation().visibleTo(caller)
				? new ConversationException(Reason.FORBIDDEN, "Only its owner may change the conversation")
				: notFound();
	}

	private static <T> T call(Supplier<T> call) {
		try {
			return call.get();
		}
		catch (StoreException ex) {
			throw new ConversationException(Reason.STORE_UNAVAILABLE, "Conversations cannot be read or written for now",
					ex);
		}
	}

}
