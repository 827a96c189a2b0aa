package dev.sluice.orchestration.node;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The processes that run now. Each says every few seconds that it is alive; one that has
 * not for {@link #LEASE} counts as dead, and what it held may be taken over. A process
 * that cannot reach the store for that long may be taken for dead while it lives: whoever
 * takes over must make sure of it by conditions of the store.
 */
@Component
public class Nodes implements DisposableBean {

	/** How long a process counts as alive after it last said so. */
	public static final Duration LEASE = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(Nodes.class);

	private static final Duration KEPT = Duration.ofDays(1);

	private final DynamoStore store;

	private final String self = UUID.randomUUID().toString();

	Nodes(DynamoStore store) {
		this.store = store;
	}

	/** The id of this process. */
	public String self() {
		return this.self;
	}

	/**
	 * Whether a process may still be at what it held.
	 * @throws StoreException if the store cannot be asked
	 */
	public boolean alive(String node) {
		if (node.equals(this.self)) {
			return true;
		}
		var item = this.store.call((client) -> client.getItem((
				get) -> get.tableName(table()).key(Item.of("NODE#" + node, "NODE").attributes()).consistentRead(true)));
		return item.hasItem() && Item.of(item.item()).number("aliveUntil") > System.currentTimeMillis();
	}

	@Scheduled(fixedDelay = 3000)
	void beat() {
		try {
			say(Instant.now().plus(LEASE));
		}
		catch (StoreException ex) {
			logger.debug("The store could not be told that this process is alive: {}", ex.getMessage());
		}
	}

	/** Nobody need wait for what a process held that ended in peace. */
	@Override
	public void destroy() {
		try {
			say(Instant.EPOCH);
		}
		catch (StoreException ex) {
			logger.debug("The store could not be told that this process ends: {}", ex.getMessage());
		}
	}

	private void say(Instant aliveUntil) {
		Item item = Item.of("NODE#" + this.self, "NODE")
			.with("aliveUntil", aliveUntil.toEpochMilli())
			.with("ttl", Instant.now().plus(KEPT).getEpochSecond());
		this.store.call((client) -> client.putItem((put) -> put.tableName(table()).item(item.attributes())));
	}

	private String table() {
		return this.store.table("Nodes");
	}

}
