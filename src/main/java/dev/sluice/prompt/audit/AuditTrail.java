package dev.sluice.prompt.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

import dev.sluice.prompt.audit.AuditProperties.WhenFull;
import dev.sluice.prompt.terms.PromptException;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Takes what is to be kept. An entry goes to a queue in memory, within milliseconds to
 * the disk, and from there to DynamoDB as soon as that takes it; a chain of hashes goes
 * through all records of this process and of those that used its directory before.
 */
@Component
public class AuditTrail implements SmartLifecycle {

	/** After the doors are closed, so that the last generations are kept as well. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(AuditTrail.class);

	private static final long LARGEST_QUEUE = 128 * 1024 * 1024;

	/** The part of the journal that is kept for what runs already. */
	private static final int RESERVE = 10;

	private static final Duration LAST_WRITES = Duration.ofSeconds(3);

	private static final Duration LAST_SHIPMENTS = Duration.ofMillis(1500);

	private final AuditProperties properties;

	private final Seal seal;

	private final AuditTable table;

	private final AuditMeters meters;

	private final InstantSource clock;

	private final long maxBytes;

	private final AuditQueue queue = new AuditQueue(Math.min(LARGEST_QUEUE, Runtime.getRuntime().maxMemory() / 8));

	private final AtomicLong dropped = new AtomicLong();

	private volatile @Nullable Work work;

	private volatile boolean stopped;

	/** What there is between start and stop. */
	private record Work(Journal journal, JournalWriter writer, Thread writing, Shipper shipper, Thread shipping,
			@Nullable Path temporary) {
	}

	@Autowired
	AuditTrail(AuditProperties properties, AuditTable table, MeterRegistry registry) {
		this(properties, table, registry, InstantSource.system());
	}

	AuditTrail(AuditProperties properties, AuditTable table, MeterRegistry registry, InstantSource clock) {
		this.properties = properties;
		this.seal = new Seal(properties);
		this.table = table;
		this.meters = new AuditMeters(registry);
		this.clock = clock;
		this.maxBytes = properties.maxBytes().toBytes();
		AuditMeters.watch(registry, this);
	}

	/**
	 * Hands a record over; never waits for the disk or for DynamoDB.
	 * @throws PromptException if no more may wait and the setting says that this is to be
	 * refused
	 */
	public void record(AuditEntry entry) {
		if (!this.properties.enabled()) {
			return;
		}
		// What comes before the start waits for it.
		if (!this.stopped && bytes() + this.queue.weight() < this.maxBytes && this.queue.offer(entry)) {
			this.meters.accepted();
			return;
		}
		// What it is about has happened, and the chain is to say that it is not there.
		this.dropped.incrementAndGet();
		if (this.properties.whenFull() == WhenFull.DROP) {
			this.meters.dropped();
		}
		else {
			this.meters.refused();
			throw new PromptException(PromptException.Reason.STORE_UNAVAILABLE,
					"The audit trail takes no more records for now");
		}
	}

	/**
	 * Whether a new generation may start, which is to be recorded later; it costs next to
	 * nothing to ask. The last tenth of the journal is kept for those that run.
	 */
	public boolean accepting() {
		if (!this.properties.enabled() || this.properties.whenFull() == WhenFull.DROP) {
			return true;
		}
		Work now = this.work;
		return now != null && !now.writer().isFailing() && !this.queue.isHalfFull()
				&& now.journal().bytes() + this.queue.weight() < this.maxBytes - this.maxBytes / RESERVE;
	}

	/** How many records DynamoDB does not have yet. */
	long pending() {
		Work now = this.work;
		return (now != null) ? now.journal().pending() : 0;
	}

	/** What the journal takes on the disk. */
	long bytes() {
		Work now = this.work;
		return (now != null) ? now.journal().bytes() : 0;
	}

	/** The age of the oldest record that DynamoDB does not have. */
	Duration lag() {
		Work now = this.work;
		Instant oldest = (now != null) ? now.shipper().oldest() : null;
		return (oldest != null) ? Duration.between(oldest, this.clock.instant()) : Duration.ZERO;
	}

	/** Since when DynamoDB is away, {@code null} if it is not. */
	@Nullable Instant spoolingSince() {
		Work now = this.work;
		return (now != null) ? now.shipper().failingSince() : null;
	}

	@Override
	public void start() {
		if (!this.properties.enabled() || this.work != null) {
			return;
		}
		Path temporary = null;
		String directory = this.properties.directory();
		try {
			temporary = directory.isBlank() ? Files.createTempDirectory("sluice-audit") : null;
			Path path = (temporary != null) ? temporary : Path.of(directory);
			this.work = begin(Journal.open(path, this.properties, this.seal, this.clock), temporary);
			this.stopped = false;
		}
		catch (IOException ex) {
			throw new AuditDirectoryException(directory, ex);
		}
	}

	private Work begin(Journal journal, @Nullable Path temporary) {
		Signal news = new Signal();
		JournalWriter writer = new JournalWriter(this.queue, journal, news, this.dropped);
		Shipper shipper = new Shipper(journal, this.table, this.meters, this.clock, news);
		Work begun = new Work(journal, writer, thread("audit-journal", writer), shipper,
				thread("audit-shipper", shipper), temporary);
		logger.info("The audit trail goes on as writer {} after record {}, {} wait for DynamoDB",
				journal.tip().head().writer(), journal.tip().head().sequence(), journal.pending());
		return begun;
	}

	private static Thread thread(String name, Runnable task) {
		return Thread.ofPlatform().name(name).daemon().start(task);
	}

	@Override
	public void stop() {
		Work last = this.work;
		this.stopped = true;
		this.work = null;
		if (last == null) {
			return;
		}
		last.writer().close();
		join(last.writing(), LAST_WRITES);
		last.writer().abort();
		if (!this.queue.isEmpty()) {
			logger.error("Audit records are lost: the disk did not take them in time");
		}
		last.shipper().close(LAST_SHIPMENTS);
		// One call may have begun just before the time is up.
		join(last.shipping(), LAST_SHIPMENTS.multipliedBy(2));
		close(last);
	}

	/** Ends as a crash does: what is not on the disk is lost. For tests. */
	void crash() {
		Work last = this.work;
		this.stopped = true;
		this.work = null;
		if (last != null) {
			last.writer().abort();
			last.shipper().close(Duration.ZERO);
			join(last.writing(), LAST_WRITES);
			join(last.shipping(), LAST_WRITES);
			close(last);
		}
	}

	private static void join(Thread thread, Duration limit) {
		try {
			thread.join(limit);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

	private static void close(Work last) {
		long pending = last.journal().pending();
		Path temporary = last.temporary();
		try {
			last.journal().close();
			if (pending > 0) {
				logger.warn("{} audit records stay on the disk until the next start{}", pending,
						(temporary != null) ? ", with sluice.audit.directory=" + temporary : "");
			}
			else if (temporary != null) {
				FileSystemUtils.deleteRecursively(temporary);
			}
		}
		catch (IOException ex) {
			logger.warn("The audit journal could not be closed", ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.work != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
