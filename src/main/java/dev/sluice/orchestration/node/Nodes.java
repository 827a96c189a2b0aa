package dev.sluice.orchestration.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.DependsOn;
import org.springframework.stereotype.Component;

/**
 * The processes that run now. Each says every few seconds that it is alive; one that has
 * not for {@link #LEASE} counts as dead, and what it held may be taken over. A process
 * that cannot reach the store for that long may be taken for dead while it lives: whoever
 * takes over must make sure of it by conditions of the store. A process that could not
 * reach the store itself takes nobody for dead until the others had time to speak again.
 */
@Component
@DependsOn("tableCheck")
public class Nodes implements InitializingBean, DisposableBean {

	/** How long a process counts as alive after it last said so. */
	public static final Duration LEASE = Duration.ofSeconds(10);

	private static final Duration BEAT = Duration.ofSeconds(3);

	private static final Logger logger = LoggerFactory.getLogger(Nodes.class);

	private static final Duration KEPT = Duration.ofDays(1);

	/** How old an answer about another process may be. */
	private static final Duration REMEMBERED = Duration.ofSeconds(1);

	private static final int MOST_REMEMBERED = 1000;

	private record Answer(boolean alive, Instant until) {
	}

	private final DynamoStore store;

	private final String self = UUID.randomUUID().toString();

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	/** Until when others take this process for alive. */
	private volatile Instant announced = Instant.EPOCH;

	/** Until when the silence of others may be the store's fault. */
	private volatile Instant doubtful = Instant.EPOCH;

	/**
	 * How often this process has tried to say that it is alive; changed under the lock.
	 */
	private volatile long tries;

	Nodes(DynamoStore store) {
		this.store = store;
	}

	/** The id of this process. */
	public String self() {
		return this.self;
	}

	/**
	 * Whether a process may still be at what it held, or was a second ago.
	 * @throws StoreException if the store cannot be asked
	 */
	public boolean alive(String node) {
		if (node.equals(this.self)) {
			return true;
		}
		Answer answer = this.answers.get(node);
		Instant now = Instant.now();
		if (answer == null || answer.until().isBefore(now)) {
			Instant aliveUntil = benefitOfTheDoubt(ask(node));
			Instant until = now.plus(REMEMBERED);
			boolean alive = aliveUntil.isAfter(now);
			answer = new Answer(alive, (alive && aliveUntil.isBefore(until)) ? aliveUntil : until);
			remember(node, answer);
		}
		return answer.alive();
	}

	/** One that ended in peace has none. */
	private Instant benefitOfTheDoubt(Instant aliveUntil) {
		Instant doubtful = this.doubtful;
		return (aliveUntil.isAfter(Instant.EPOCH) && doubtful.isAfter(aliveUntil)) ? doubtful : aliveUntil;
	}

	private Instant ask(String node) {
		var found = this.store.call((client) -> client
			.getItem((get) -> get.tableName(table()).key(key(node).attributes()).consistentRead(true)));
		return found.hasItem() ? Instant.ofEpochMilli(Item.of(found.item()).number("aliveUntil")) : Instant.EPOCH;
	}

	private void remember(String node, Answer answer) {
		if (this.answers.size() >= MOST_REMEMBERED) {
			this.answers.clear();
		}
		this.answers.put(node, answer);
	}

	/**
	 * Sees to it that others take this process for alive, to be called before something
	 * is held in its name.
	 * @throws StoreException if the store cannot be told
	 */
	public void announce() {
		long before = this.tries;
		if (isDue()) {
			announceOnce(before);
		}
	}

	private boolean isDue() {
		return Instant.now().plus(BEAT).isAfter(this.announced);
	}

	/**
	 * Whoever comes while somebody is at it shares what comes of that: while the store
	 * hangs, nobody waits for the tries of all who came before.
	 */
	private synchronized void announceOnce(long before) {
		if (this.tries == before) {
			say(Instant.now().plus(LEASE));
		}
		else if (isDue()) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE,
					"The store could not be told that this process is alive", null);
		}
	}

	@Override
	public void afterPropertiesSet() {
		Thread.ofVirtual().name("node-beat").start(this::beat);
	}

	private void beat() {
		try {
			do {
				try {
					say(Instant.now().plus(LEASE));
				}
				catch (StoreException ex) {
					logger.debug("The store could not be told that this process is alive: {}", ex.getMessage());
				}
				catch (RuntimeException ex) {
					// Were this the last beat, all that is held here would be taken away.
					logger.error("A fault while the store was told that this process is alive", ex);
				}
			}
			while (!this.ended.await(BEAT.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

	/** Nobody need wait for what a process held that ended in peace. */
	@Override
	public void destroy() {
		this.ended.countDown();
		try {
			say(Instant.EPOCH);
		}
		catch (StoreException ex) {
			logger.debug("The store could not be told that this process ends: {}", ex.getMessage());
		}
	}

	/** One at a time, so that the last word is the last. */
	private synchronized void say(Instant aliveUntil) {
		if (this.ended.getCount() == 0 && aliveUntil.isAfter(Instant.EPOCH)) {
			return;
		}
		Item item = key(this.self).with("aliveUntil", aliveUntil.toEpochMilli())
			.with("ttl", Instant.now().plus(KEPT).getEpochSecond());
		try {
			this.store.call((client) -> client.putItem((put) -> put.tableName(table()).item(item.attributes())));
			this.announced = aliveUntil;
		}
		catch (StoreException ex) {
			this.doubtful = Instant.now().plus(LEASE);
			throw ex;
		}
		finally {
			this.tries++;
		}
	}

	private static Item key(String node) {
		return Item.of("NODE#" + node, "NODE");
	}

	private String table() {
		return this.store.table("Nodes");
	}

}
