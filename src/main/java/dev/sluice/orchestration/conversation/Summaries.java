package dev.sluice.orchestration.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Has summed up, behind the requests, what no longer fits a model's window. One that is
 * not made in time, or fails, is made up for by the next.
 */
@Component
class Summaries {

	private static final Logger logger = LoggerFactory.getLogger(Summaries.class);

	/** Most calls of models at a time. */
	private static final int AT_A_TIME = 8;

	/** What is summed up in one step. */
	private static final int MOST_MESSAGES = 500;

	private static final long MOST_BYTES = 400_000;

	private final ConversationStore conversations;

	private final MessageStore messages;

	private final ConversationProperties properties;

	/** It makes generations, which need conversations. */
	private final ObjectProvider<Summarizer> summarizer;

	private final Semaphore places = new Semaphore(AT_A_TIME);

	private final Set<String> running = ConcurrentHashMap.newKeySet();

	Summaries(ConversationStore conversations, MessageStore messages, ConversationProperties properties,
			ObjectProvider<Summarizer> summarizer) {
		this.conversations = conversations;
		this.messages = messages;
		this.properties = properties;
		this.summarizer = summarizer;
	}

	/** Sums up a conversation up to a message, if that is wanted and nobody is at it. */
	void later(Caller owner, String id, String partition, long upTo) {
		String model = this.properties.summaryModel();
		if (model == null || !this.running.add(partition)) {
			return;
		}
		if (!this.places.tryAcquire()) {
			this.running.remove(partition);
			return;
		}
		Thread.ofVirtual().name("summary-" + partition).start(() -> {
			try {
				sumUp(owner, id, partition, upTo, model);
			}
			catch (StoreException ex) {
				logger.debug("{} is summed up another time: {}", id, ex.getMessage());
			}
			catch (RuntimeException ex) {
				logger.warn("{} could not be summed up: {}", id, ex.toString());
			}
			finally {
				this.places.release();
				this.running.remove(partition);
			}
		});
	}

	private void sumUp(Caller owner, String id, String partition, long upTo, String model) {
		MessageStore.Summary before = this.messages.summary(partition);
		long from = (before != null) ? before.upTo() : 0;
		List<StoredMessage> next = new ArrayList<>(
				this.messages.after(partition, from, upTo, MOST_MESSAGES, MOST_BYTES));
		while (next.size() > 1 && next.getLast().message().role() == Role.USER) {
			// It goes with its answer.
			next.removeLast();
		}
		if (next.isEmpty()) {
			return;
		}
		String text = this.summarizer.getObject()
			.sumUp(owner, model, (before != null) ? before.text() : null,
					next.stream().map(StoredMessage::message).toList());
		if (text != null) {
			this.messages.sumUp(partition, new MessageStore.Summary(text, next.getLast().sequence()),
					this.conversations.stillAt(owner, id, partition));
		}
	}

}
