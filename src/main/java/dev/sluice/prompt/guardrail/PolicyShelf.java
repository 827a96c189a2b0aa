package dev.sluice.prompt.guardrail;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read of the store. The first to ask for a name waits for the store; after that
 * it is read again behind those who ask. While the store is away what was read holds,
 * however old, and it is remembered of what was never read that it was not.
 */
final class PolicyShelf {

	private static final Logger logger = LoggerFactory.getLogger(PolicyShelf.class);

	private static final int MOST = 10_000;

	/** How long after a failure nobody asks again. */
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final PolicyStore store;

	private final Function<StoredPolicy, Ruleset> prepare;

	private final long refresh;

	private final Ticker ticker;

	private final Executor executor;

	private final Cache<Key, Entry> entries = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

	record Key(String tenant, String name) {
	}

	/** What is known of a name. */
	sealed interface Known {

		/** There is a policy. */
		record Stored(Ruleset rules, long revision) implements Known {
		}

		/** There is none. */
		record Absent() implements Known {
		}

		/** The store could never be asked. */
		record Unread() implements Known {
		}

		/** There is one that makes no sense. */
		record Unreadable() implements Known {
		}

	}

	private record Entry(Known known, long due, AtomicBoolean taken) {

		private Entry(Known known, long due) {
			this(known, due, new AtomicBoolean());
		}

	}

	/**
	 * A shelf.
	 * @param prepare makes a policy ready; it throws for one that makes no sense
	 */
	PolicyShelf(PolicyStore store, Function<StoredPolicy, Ruleset> prepare, Duration refresh, Ticker ticker,
			Executor executor) {
		this.store = store;
		this.prepare = prepare;
		this.refresh = refresh.toNanos();
		this.ticker = ticker;
		this.executor = executor;
	}

	Known get(String tenant, String name) {
		Key key = new Key(tenant, name);
		Entry known = this.entries.getIfPresent(key);
		if (known == null) {
			known = this.entries.get(key, (wanted) -> read(wanted, null));
		}
		else if (this.ticker.read() - known.due() >= 0 && known.taken().compareAndSet(false, true)) {
			Entry old = known;
			this.executor.execute(() -> this.entries.asMap().replace(key, old, read(key, old)));
		}
		return known.known();
	}

	/** Makes what was written or read elsewhere known at once. */
	void put(String tenant, String name, @Nullable StoredPolicy policy) {
		Key key = new Key(tenant, name);
		this.entries.put(key, entry(key, policy, null));
	}

	/** How many names nobody could ever ask the store about. */
	long unread() {
		return this.entries.asMap().values().stream().filter((entry) -> entry.known() instanceof Known.Unread).count();
	}

	private Entry read(Key key, @Nullable Entry old) {
		try {
			return entry(key, this.store.read(key.tenant(), key.name()), old);
		}
		catch (PromptException ex) {
			return new Entry((old != null) ? old.known() : new Known.Unread(), in(PAUSE.toNanos()));
		}
		catch (RuntimeException ex) {
			logger.error("The policy {} could not be read", key.name(), ex);
			return new Entry((old != null) ? old.known() : new Known.Unread(), in(PAUSE.toNanos()));
		}
	}

	private Entry entry(Key key, @Nullable StoredPolicy policy, @Nullable Entry old) {
		return new Entry(known(key, policy, (old != null) ? old.known() : null), in(this.refresh));
	}

	private Known known(Key key, @Nullable StoredPolicy policy, @Nullable Known old) {
		if (policy == null) {
			return new Known.Absent();
		}
		if (old instanceof Known.Stored stored && stored.revision() == policy.revision()) {
			return stored;
		}
		try {
			return new Known.Stored(this.prepare.apply(policy), policy.revision());
		}
		catch (RuntimeException ex) {
			logger.error("The stored policy {} makes no sense: {}", key.name(), ex.getMessage());
			return (old instanceof Known.Stored stored) ? stored : new Known.Unreadable();
		}
	}

	private long in(long nanos) {
		return this.ticker.read() + nanos;
	}

}
