package dev.sluice.prompt.template;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.prompt.terms.PromptException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What was read of templates. Heads are read again behind the requests that use them;
 * versions never change. While the store is away what was read is served, however old.
 */
@Component
class TemplateCache {

	private static final Logger logger = LoggerFactory.getLogger(TemplateCache.class);

	/** What nobody asked for during that time is read again before it is served. */
	private static final Duration FORGOTTEN = Duration.ofMinutes(1);

	/** How long such a request waits at most. */
	private static final Duration PATIENCE = Duration.ofMillis(250);

	/**
	 * How long nobody tries again to read after a failure, so that callers don't queue.
	 */
	private static final Duration PAUSE = Duration.ofMillis(500);

	private final TemplateStore store;

	private final TemplateProperties properties;

	private final Ticker ticker;

	private final Executor executor;

	private final AsyncCache<Key, Entry> heads;

	private final AsyncCache<VersionKey, Template> versions;

	private final Counter stale;

	private final Gets headGets;

	private final Gets versionGets;

	private volatile @Nullable Outage outage;

	private record Key(String tenant, String name) {
	}

	private record VersionKey(String tenant, String name, int version) {
	}

	/** Since when the store is away, and when it was last tried. */
	record Outage(Instant since, long triedAt) {
	}

	/** How often what was asked for was there. */
	private static final class Gets {

		private final Counter hits;

		private final Counter misses;

		private Gets(String cache, MeterRegistry meters) {
			this.hits = counter(cache, "hit", meters);
			this.misses = counter(cache, "miss", meters);
		}

		private static Counter counter(String cache, String result, MeterRegistry meters) {
			return Counter.builder("sluice.templates.gets")
				.description("Uses of a template, by whether it was in memory")
				.tags("cache", cache, "result", result)
				.register(meters);
		}

		private void count(boolean hit) {
			(hit ? this.hits : this.misses).increment();
		}

	}

	/** What is known under a name, which may be that there is nothing. */
	private static final class Entry {

		private final AtomicReference<@Nullable CompletableFuture<?>> refresh = new AtomicReference<>();

		private volatile @Nullable TemplateHead head;

		private volatile long readAt;

		private volatile long triedAt;

		private volatile boolean stale;

		/** Counts the writes of this node. */
		private volatile int writes;

		private Entry(@Nullable TemplateHead head, long now) {
			this.head = head;
			this.readAt = now;
			this.triedAt = now;
		}

		/**
		 * Takes over what was read, be it older than what is known: a table may be
		 * restored. Only what this node wrote since the read began is newer.
		 */
		private synchronized void take(@Nullable TemplateHead read, int writesBefore, long now) {
			if (this.writes == writesBefore) {
				took(read, now);
			}
		}

		/** Takes over what this node wrote, unless something newer is known by now. */
		private synchronized void wrote(TemplateHead written, long now) {
			TemplateHead known = this.head;
			this.writes++;
			if (known == null || written.revision() >= known.revision()) {
				took(written, now);
			}
		}

		private void took(@Nullable TemplateHead head, long now) {
			this.head = head;
			this.readAt = now;
			this.triedAt = now;
			this.stale = false;
		}

	}

	@Autowired
	TemplateCache(TemplateStore store, TemplateProperties properties, MeterRegistry meters) {
		this(store, properties, meters, Ticker.systemTicker());
	}

	TemplateCache(TemplateStore store, TemplateProperties properties, MeterRegistry meters, Ticker ticker) {
		this.store = store;
		this.properties = properties;
		this.ticker = ticker;
		this.executor = (task) -> Thread.ofVirtual().name("template-refresh").start(task);
		this.heads = Caffeine.newBuilder().maximumSize(properties.maxCached()).executor(Runnable::run).buildAsync();
		this.versions = Caffeine.newBuilder()
			.maximumWeight(properties.cacheSize().toBytes())
			.weigher((VersionKey _, Template template) -> template.weight())
			.executor(Runnable::run)
			.buildAsync();
		this.stale = Counter.builder("sluice.templates.stale")
			.description("Uses of a template that could not be read again because the store was away")
			.register(meters);
		this.headGets = new Gets("heads", meters);
		this.versionGets = new Gets("versions", meters);
		Gauge.builder("sluice.templates.cached", this, TemplateCache::size)
			.description("Templates that are remembered by name")
			.register(meters);
	}

	/**
	 * The head of a template, {@code null} if there is none.
	 * @throws PromptException if it was never read and cannot be
	 */
	@Nullable TemplateHead head(String tenant, String name) {
		Key key = new Key(tenant, name);
		CompletableFuture<Entry> known = present(this.heads, key);
		this.headGets.count(known != null);
		Entry entry = join((known != null) ? known : this.heads.get(key, (_, _) -> readAsync(() -> load(key))));
		refresh(key, entry);
		if (entry.stale) {
			this.stale.increment();
		}
		return entry.head;
	}

	/**
	 * A version that a head counts.
	 * @throws PromptException if it was never read and cannot be
	 */
	@Nullable Template version(String tenant, String name, int version) {
		VersionKey key = new VersionKey(tenant, name, version);
		CompletableFuture<Template> known = present(this.versions, key);
		this.versionGets.count(known != null);
		return join((known != null) ? known : loadVersion(key));
	}

	/** Makes a write of this node known to its readers at once. */
	void wrote(String tenant, TemplateHead head) {
		Key key = new Key(tenant, head.name());
		CompletableFuture<Entry> known = present(this.heads, key);
		if (known == null) {
			known = this.heads.get(key, (_, _) -> CompletableFuture.completedFuture(new Entry(head, now())));
		}
		known.thenAccept((entry) -> entry.wrote(head, now()));
	}

	/** Keeps a version that this node wrote. */
	void wrote(String tenant, Template template) {
		this.versions.put(new VersionKey(tenant, template.name(), template.version()),
				CompletableFuture.completedFuture(template));
	}

	/** Since when the store is away, {@code null} if it is not. */
	@Nullable Outage outage() {
		return this.outage;
	}

	long size() {
		return this.heads.synchronous().estimatedSize();
	}

	/** What is kept or being read, but not what could not be read a moment ago. */
	private static <K, V> @Nullable CompletableFuture<V> present(AsyncCache<K, V> cache, K key) {
		CompletableFuture<V> known = cache.getIfPresent(key);
		if (known != null && known.isCompletedExceptionally()) {
			cache.asMap().remove(key, known);
			return null;
		}
		return known;
	}

	private CompletableFuture<Template> loadVersion(VersionKey key) {
		return this.versions.get(key, (_, _) -> readAsync(() -> read(() -> this.store.version(key.tenant(), key.name(),
				key.version(), this.properties.maxRenderedLength()))));
	}

	private Entry load(Key key) {
		TemplateHead head = read(() -> this.store.head(key.tenant(), key.name()));
		if (head != null) {
			this.executor.execute(() -> warm(key, head));
		}
		return new Entry(head, now());
	}

	/** One at a time for each name, and no more often than the setting says. */
	private void refresh(Key key, Entry entry) {
		long now = now();
		if (now - entry.triedAt < this.properties.refresh().toNanos()) {
			return;
		}
		boolean forgotten = now - entry.readAt > FORGOTTEN.toNanos() + this.properties.refresh().toNanos();
		CompletableFuture<Void> refresh = new CompletableFuture<>();
		if (entry.refresh.compareAndSet(null, refresh)) {
			this.executor.execute(() -> {
				try {
					refreshNow(key, entry);
				}
				finally {
					entry.refresh.set(null);
					refresh.complete(null);
				}
			});
		}
		CompletableFuture<?> running = entry.refresh.get();
		if (forgotten && this.outage == null && running != null) {
			await(running);
		}
	}

	private void refreshNow(Key key, Entry entry) {
		int writes = entry.writes;
		try {
			TemplateHead head = read(() -> this.store.head(key.tenant(), key.name()));
			if (head != null && !head.equals(entry.head)) {
				warm(key, head);
			}
			entry.take(head, writes, now());
		}
		catch (RuntimeException ex) {
			entry.stale = true;
			entry.triedAt = now();
			if (!(ex instanceof PromptException)) {
				logger.error("The template {} could not be read again", key.name(), ex);
			}
		}
	}

	/**
	 * Reads the versions that a request may get next, so that they are there if the store
	 * goes.
	 */
	private void warm(Key key, TemplateHead head) {
		SortedSet<Integer> wanted = new TreeSet<>();
		head.labels().values().forEach((target) -> wanted.addAll(target.weights().keySet()));
		if (!head.labels().containsKey(TemplateReference.PRODUCTION)) {
			wanted.add(head.version());
		}
		wanted.stream().map((version) -> new VersionKey(key.tenant(), key.name(), version)).forEach((version) -> {
			if (this.versions.getIfPresent(version) == null) {
				join(loadVersion(version));
			}
		});
	}

	private <T extends @Nullable Object> CompletableFuture<T> readAsync(Supplier<T> read) {
		CompletableFuture<T> reading = new CompletableFuture<>();
		this.executor.execute(() -> {
			try {
				reading.complete(read.get());
			}
			catch (PromptException ex) {
				reading.completeExceptionally(new UnreadException(ex));
			}
			catch (Throwable ex) {
				reading.completeExceptionally(ex);
			}
		});
		return reading;
	}

	/** A read that failed for a known reason, which the cache need not log. */
	private static final class UnreadException extends TimeoutException {

		private final PromptException reason;

		private UnreadException(PromptException reason) {
			this.reason = reason;
		}

		@Override
		public synchronized Throwable fillInStackTrace() {
			return this;
		}

	}

	/** Reads unless the store failed a moment ago, and keeps in mind whether it does. */
	private <T extends @Nullable Object> T read(Supplier<T> read) {
		Outage outage = this.outage;
		if (outage != null && now() - outage.triedAt() < PAUSE.toNanos()) {
			throw new PromptException(PromptException.Reason.STORE_UNAVAILABLE,
					"Templates cannot be read for now, and this one was not read before");
		}
		try {
			T value = read.get();
			if (this.outage != null) {
				this.outage = null;
				logger.info("Templates can be read again");
			}
			return value;
		}
		catch (PromptException ex) {
			if (ex.reason() == PromptException.Reason.STORE_UNAVAILABLE) {
				if (outage == null) {
					logger.error("Templates cannot be read; those that were are served as they were ({})",
							String.valueOf(ex.getCause()));
				}
				this.outage = new Outage((outage != null) ? outage.since() : Instant.now(), now());
			}
			throw ex;
		}
	}

	private long now() {
		return this.ticker.read();
	}

	private static <T> T join(CompletableFuture<T> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof UnreadException unread) {
				throw unread.reason;
			}
			throw ex;
		}
	}

	private static void await(CompletableFuture<?> refresh) {
		try {
			refresh.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException _) {
			// What is known will do.
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

}
