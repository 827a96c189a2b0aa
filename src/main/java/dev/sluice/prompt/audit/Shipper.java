package dev.sluice.prompt.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import dev.sluice.prompt.audit.Journal.Batch;
import dev.sluice.prompt.audit.Journal.Cursor;
import dev.sluice.store.Item;
import dev.sluice.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from the disk to DynamoDB, in their order and each exactly once: a batch
 * is written only if the chain in DynamoDB ends where the batch begins. Where it does not
 * the last call got through unheard, or the chain is not ours any more.
 */
final class Shipper implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Shipper.class);

	private static final long MOST_BYTES = 3 * 1024 * 1024;

	/** How long records wait for others that make the batch worth its while. */
	private static final Duration LINGER = Duration.ofMillis(20);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final int PATIENCE_WITH_CONFLICTS = 3;

	private final Journal journal;

	private final AuditTable table;

	private final AuditMeters meters;

	private final InstantSource clock;

	private final Signal news;

	private int limit = AuditTable.MOST_RECORDS;

	private int conflicts;

	private volatile @Nullable Thread thread;

	private volatile long deadline = Long.MAX_VALUE;

	private volatile boolean closing;

	private volatile @Nullable Instant failingSince;

	private volatile @Nullable Instant oldest;

	Shipper(Journal journal, AuditTable table, AuditMeters meters, InstantSource clock, Signal news) {
		this.journal = journal;
		this.table = table;
		this.meters = meters;
		this.clock = clock;
		this.news = news;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		Duration pause = FIRST_PAUSE;
		while (!this.closing) {
			if (this.journal.pending() == 0) {
				this.news.await(Duration.ofMinutes(1).toNanos());
			}
			if (this.journal.pending() < AuditTable.MOST_RECORDS && !this.closing) {
				LockSupport.parkNanos(LINGER.toNanos());
			}
			if (!this.closing) {
				if (ship()) {
					pause = FIRST_PAUSE;
				}
				else {
					pause(ThreadLocalRandom.current().nextLong(pause.toNanos() / 2, pause.toNanos()));
					pause = (pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0) ? pause.multipliedBy(2)
							: LONGEST_PAUSE;
				}
			}
		}
		while (System.nanoTime() - this.deadline < 0 && this.journal.pending() > 0 && ship()) {
			logger.debug("The rest of the audit trail is on its way");
		}
	}

	/** New records do not end it: they would be no better off. */
	private void pause(long nanos) {
		long end = System.nanoTime() + nanos;
		for (long left = nanos; left > 0 && !this.closing; left = end - System.nanoTime()) {
			LockSupport.parkNanos(this, left);
		}
	}

	/** Ships a batch; no, if another try had better wait. */
	private boolean ship() {
		try {
			shipBatch();
			return this.conflicts < PATIENCE_WITH_CONFLICTS;
		}
		catch (StoreException | IOException ex) {
			this.limit = Math.max(1, this.limit / 2);
			if (this.failingSince == null) {
				this.failingSince = this.clock.instant();
				logger.warn("The audit trail waits on the disk: {}", ex.getMessage());
			}
		}
		catch (RuntimeException ex) {
			logger.error("The audit trail could not be taken to DynamoDB", ex);
		}
		return false;
	}

	private void shipBatch() throws IOException {
		try {
			shipNext();
		}
		catch (Journal.DamagedException ex) {
			logger.error("Audit records are lost", ex);
			this.journal.beginAnew("journal-damaged");
		}
	}

	private void shipNext() throws IOException {
		Cursor from = this.journal.shipped();
		Batch batch = this.journal.read(from, this.limit, MOST_BYTES);
		if (!batch.frames().isEmpty()) {
			this.oldest = batch.frames().getFirst().record().knownFields().recordedAt();
			write(from.head(), batch);
		}
	}

	private void write(Head expected, Batch batch) throws IOException {
		long sequence = expected.sequence();
		for (Frame frame : batch.frames()) {
			sequence++;
			byte[] texts = frame.texts();
			if (texts != null) {
				putTexts(expected.writer(), sequence, texts, frame.record().knownFields());
			}
		}
		List<ChainRecord> records = batch.frames().stream().map(Frame::record).toList();
		try {
			this.table.append(expected, records);
		}
		catch (StoreException ex) {
			if (ex.reason() != StoreException.Reason.CONFLICT) {
				throw ex;
			}
			this.conflicts++;
			reconcile();
			return;
		}
		confirm(batch.after());
	}

	private void putTexts(String writer, long sequence, byte[] texts, ChainRecord.Fields fields) {
		Instant until = fields.textsUntil();
		if (until != null && until.isAfter(this.clock.instant())) {
			this.table.putTexts(writer, sequence, texts, until);
		}
	}

	private void confirm(Cursor shipped) throws IOException {
		long records = shipped.head().sequence() - this.journal.shipped().head().sequence();
		this.journal.confirm(shipped);
		this.meters.shipped(records);
		this.conflicts = 0;
		this.oldest = null;
		this.limit = Math.min(AuditTable.MOST_RECORDS, this.limit * 2);
		Instant since = this.failingSince;
		if (since != null) {
			this.failingSince = null;
			logger.info("The audit trail goes to DynamoDB again, after {}",
					Duration.between(since, this.clock.instant()));
		}
	}

	/** Finds out how far DynamoDB is, and goes on after it if it is on our chain. */
	private void reconcile() throws IOException {
		Cursor shipped = this.journal.shipped();
		Head ours = shipped.head();
		Head head = this.table.head(ours.writer());
		if (head != null && head.sequence() > ours.sequence()) {
			Cursor reached = this.journal.find(head);
			if (reached.head().equals(head)) {
				confirm(reached);
				return;
			}
		}
		skipWhatIsThere(shipped);
		this.journal.beginAnew((head == null) ? "chain-not-in-dynamodb"
				: (head.sequence() < ours.sequence()) ? "dynamodb-went-back" : "another-chain-in-dynamodb");
	}

	/** A copy of this journal may have taken some of its records to DynamoDB. */
	private void skipWhatIsThere(Cursor shipped) throws IOException {
		Cursor at = shipped;
		for (Batch next = this.journal.read(at, 1, 1); !next.frames().isEmpty(); next = this.journal.read(at, 1, 1)) {
			Head head = next.after().head();
			Item item = this.table.record(head.writer(), head.sequence());
			if (item == null || !head.hash().equals(item.optionalText("hash"))) {
				break;
			}
			at = next.after();
		}
		this.journal.confirm(at);
	}

	/** Since when DynamoDB is away, {@code null} if it is not. */
	@Nullable Instant failingSince() {
		return this.failingSince;
	}

	/** The time of the oldest record that is on its way, {@code null} if none is. */
	@Nullable Instant oldest() {
		return this.oldest;
	}

	/** Ends when all is shipped or the time is up. */
	void close(Duration grace) {
		this.deadline = System.nanoTime() + grace.toNanos();
		this.closing = true;
		this.news.raise();
		LockSupport.unpark(this.thread);
	}

}
