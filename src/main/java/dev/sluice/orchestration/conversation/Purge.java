package dev.sluice.orchestration.conversation;

import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.sluice.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Removes the messages of conversations that were deleted, and what was left behind by a
 * copy that broke off. What is to be removed is noted in the store, and every process
 * looks there now and then.
 */
@Component
class Purge {

	private static final Logger logger = LoggerFactory.getLogger(Purge.class);

	private static final int AT_A_TIME = 4;

	private final ConversationStore conversations;

	private final MessageStore messages;

	private final Semaphore places = new Semaphore(AT_A_TIME);

	private final AtomicBoolean sweeping = new AtomicBoolean();

	Purge(ConversationStore conversations, MessageStore messages) {
		this.conversations = conversations;
		this.messages = messages;
	}

	/** Removes a partition behind the caller; if too many are at it, a sweep will. */
	void soon(String partition, Instant due) {
		if (this.places.tryAcquire()) {
			Thread.ofVirtual().name("purge-" + partition).start(() -> {
				try {
					remove(partition, due.toEpochMilli());
				}
				catch (StoreException ex) {
					logger.debug("{} is removed later: {}", partition, ex.getMessage());
				}
				finally {
					this.places.release();
				}
			});
		}
	}

	/** On a thread of its own: it may take long, and others are due. */
	@Scheduled(initialDelay = 20_000, fixedDelay = 60_000)
	void sweep() {
		if (this.sweeping.compareAndSet(false, true)) {
			Thread.ofVirtual().name("conversation-purge").start(() -> {
				try {
					this.conversations.leftovers((leftover) -> {
						if (leftover.due() <= System.currentTimeMillis()) {
							remove(leftover.partition(), leftover.due());
						}
					});
				}
				catch (StoreException ex) {
					logger.debug("Deleted conversations are removed later: {}", ex.getMessage());
				}
				finally {
					this.sweeping.set(false);
				}
			});
		}
	}

	/** Until it is due, somebody may still add to it. */
	private void remove(String partition, long due) {
		this.messages.remove(partition);
		if (due <= System.currentTimeMillis()) {
			this.conversations.removed(partition);
		}
	}

}
