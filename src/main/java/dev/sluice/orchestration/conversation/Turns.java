package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.orchestration.conversation.ConversationException.Reason;
import dev.sluice.orchestration.node.Nodes;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.StoreException;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.Update;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Gives turns out, one at a time in each conversation, and takes them back. */
@Component
class Turns implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(Turns.class);

	/** What is read for one prompt. */
	private static final long MOST_BYTES = 8_000_000;

	/** How often two who take a turn at once may get into each other's way. */
	private static final int TRIES = 20;

	private static final int QUICK_TRIES = 2;

	/** A store that takes longer is not tried again while a client waits for the end. */
	private static final Duration QUICK = Duration.ofMillis(500);

	private final ConversationStore conversations;

	private final MessageStore messages;

	private final Summaries summaries;

	private final Nodes nodes;

	private final ConversationProperties properties;

	private final Lines lines = new Lines();

	/** The generations whose turns this process has. */
	private final Set<String> held = ConcurrentHashMap.newKeySet();

	private final Behind adding;

	private final Behind releasing;

	Turns(ConversationStore conversations, MessageStore messages, Summaries summaries, Nodes nodes,
			ConversationProperties properties, MeterRegistry meters) {
		this.conversations = conversations;
		this.messages = messages;
		this.summaries = summaries;
		this.nodes = nodes;
		this.properties = properties;
		this.adding = new Behind("turn", meters);
		this.releasing = new Behind("release", meters);
	}

	/** As {@link Conversations#begin}. */
	Turn begin(Caller owner, String id, String generationId, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		Lines.Place place = queueing()
				? this.lines.enter(Head.key(owner.tenant(), id).text("pk"), generationId, patience) : Lines.NONE;
		Taken taken = new Taken(owner, id, generationId, place);
		this.held.add(generationId);
		try {
			this.nodes.announce();
		}
		catch (RuntimeException ex) {
			taken.ended();
			throw ex;
		}
		try {
			Head head = take(owner, id, new Head.Holder(generationId, this.nodes.self(),
					Instant.now().plus(patience).plus(patience).plus(Behind.LONGEST)), deadline);
			taken.reads(head);
			return taken;
		}
		catch (ConversationException refused) {
			taken.ended();
			throw refused;
		}
		catch (RuntimeException ex) {
			// It may have been taken, and only the answer been lost.
			taken.releaseBehind();
			throw ex;
		}
	}

	private boolean queueing() {
		return this.properties.concurrentTurns() == ConversationProperties.ConcurrentTurns.QUEUE;
	}

	private Head take(Caller owner, String id, Head.Holder holder, long deadline) {
		String stale = null;
		for (int tries = 1; tries <= TRIES || queueing(); tries++) {
			ConversationStore.Outcome outcome = this.conversations.take(owner, id, holder, stale);
			Head head = outcome.head();
			if (head == null) {
				Head begun = begun(owner, id, holder);
				if (this.conversations.create(begun)) {
					return begun;
				}
				continue;
			}
			if (outcome.done()) {
				return head;
			}
			if (!head.conversation().owner().equals(owner)) {
				throw head.conversation().visibleTo(owner)
						? new ConversationException(Reason.FORBIDDEN, "Only its owner may go on with the conversation")
						: Conversations.notFound();
			}
			Head.Holder other = head.holder();
			if (other == null) {
				continue;
			}
			if (!isAlive(other)) {
				logger.warn("{} is taken for dead, and {} takes its turn", other.generationId(), holder.generationId());
				stale = other.generationId();
				continue;
			}
			long left = deadline - System.nanoTime();
			if (!queueing() || left <= 0 || !Pause.after(Math.min(tries, 4))) {
				throw ConversationException.busy(other.generationId());
			}
		}
		throw new ConversationException(Reason.CONFLICT, "Too many want the next turn of the conversation; try again");
	}

	private static Head begun(Caller owner, String id, Head.Holder holder) {
		if (id.startsWith(Conversations.OWN_PREFIX)) {
			throw Conversations.notFound();
		}
		Instant now = Instant.now();
		return new Head(new Conversation(id, owner, null, now, now, 0, List.of(), holder.generationId(), null),
				Conversations.newId(), holder);
	}

	/** Whether somebody is at it still. */
	private boolean isAlive(Head.Holder holder) {
		return holder.node().equals(this.nodes.self()) ? this.held.contains(holder.generationId())
				: this.nodes.alive(holder.node());
	}

	@Override
	public void destroy() {
		this.adding.close();
		this.releasing.close();
	}

	private final class Taken implements Turn {

		private final Caller owner;

		private final String id;

		private final String generationId;

		private final Lines.Place place;

		private String partition = "";

		/** The sequence of the newest message. */
		private long last;

		private @Nullable History history;

		private List<Long> sequences = List.of();

		private long omitted;

		private @Nullable String summary;

		private boolean over;

		private Taken(Caller owner, String id, String generationId, Lines.Place place) {
			this.owner = owner;
			this.id = id;
			this.generationId = generationId;
			this.place = place;
		}

		private void reads(Head head) {
			this.partition = head.partition();
			this.last = head.conversation().messages();
			MessageStore.Newest newest = (this.last == 0) ? new MessageStore.Newest(List.of(), null, true)
					: Turns.this.messages.newest(this.partition, this.last, Turns.this.properties.maxHistory(),
							MOST_BYTES);
			History read = History.of(newest.messages());
			MessageStore.Summary before = newest.summary();
			this.history = read;
			this.sequences = read.sequences();
			this.summary = (before != null) ? before.text() : null;
			if (before != null || !newest.complete()) {
				this.omitted = newest.messages().isEmpty() ? this.last : newest.messages().getFirst().sequence() - 1;
			}
		}

		@Override
		public List<Message> history() {
			History read = this.history;
			if (read == null) {
				throw new IllegalStateException("The history was taken already");
			}
			this.history = null;
			return read.messages();
		}

		@Override
		public long omitted() {
			return this.omitted;
		}

		@Override
		public @Nullable String summary() {
			return this.summary;
		}

		@Override
		public synchronized void add(List<Message> asked, Message answer, String model, boolean partial, int unread) {
			List<Message> spoken = Spoken.of(asked, answer);
			if (this.over || spoken.isEmpty()) {
				return;
			}
			this.over = true;
			Instant now = Instant.now();
			List<StoredMessage> added = new ArrayList<>(spoken.size());
			long sequence = this.last;
			for (Message message : spoken) {
				boolean answered = message.role() == Role.ASSISTANT;
				boolean newest = added.size() == spoken.size() - 1;
				added.add(new StoredMessage(++sequence, message, this.generationId, (answered && newest) ? model : null,
						newest && partial, now));
			}
			Update ending = Turns.this.conversations.ending(this.owner, this.id, this.generationId, sequence,
					Spoken.title(spoken), now);
			end(() -> write(added, ending, unread),
					(write) -> Turns.this.adding.later(this.generationId, size(spoken), write, this::releaseBehind));
		}

		private void write(List<StoredMessage> added, Update ending, int unread) {
			if (!Turns.this.messages.write(this.partition, added, ending)) {
				logger.info("The conversation of {} was deleted, or another has its turn: nothing is added",
						this.generationId);
			}
			else if (unread > 0 && !this.sequences.isEmpty()) {
				Turns.this.summaries.later(this.owner, this.id, this.partition,
						this.sequences.get(Math.min(unread, this.sequences.size()) - 1));
			}
		}

		@Override
		public synchronized void release() {
			if (this.over) {
				return;
			}
			this.over = true;
			end(this::leave, (_) -> releaseBehind());
		}

		/** Whatever goes wrong, the turn is not kept by a generation that has ended. */
		private void end(Runnable write, Consumer<Runnable> behind) {
			Runnable last = () -> {
				write.run();
				ended();
			};
			try {
				if (!quickly(last)) {
					behind.accept(last);
				}
			}
			catch (RuntimeException ex) {
				releaseBehind();
				throw ex;
			}
		}

		private void leave() {
			Turns.this.conversations.release(this.owner, this.id, this.generationId);
		}

		private void releaseBehind() {
			Turns.this.releasing.later(this.generationId, 0, () -> {
				leave();
				ended();
			}, this::ended);
		}

		private void ended() {
			Turns.this.held.remove(this.generationId);
			this.place.close();
		}

		private static boolean quickly(Runnable write) {
			long deadline = System.nanoTime() + QUICK.toNanos();
			int tries = 0;
			do {
				try {
					write.run();
					return true;
				}
				catch (StoreException ex) {
					logger.debug("The store could not be reached: {}", ex.getMessage());
				}
				tries++;
			}
			while (tries < QUICK_TRIES && System.nanoTime() < deadline && Pause.after(tries));
			return false;
		}

		private static long size(List<Message> messages) {
			return 2 * messages.stream()
				.flatMap((message) -> message.content().stream())
				.mapToLong(ContentPart::size)
				.sum();
		}

	}

}
