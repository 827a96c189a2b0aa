package dev.sluice.prompt.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Writes records of one chain, as they are but for their links, as another one. */
final class Rechaining {

	private static final int BATCH = 1000;

	private final Segment segment;

	private final Seal seal;

	private final List<ByteBuffer> frames = new ArrayList<>();

	private @Nullable String beginning;

	private Instant begunAt = Instant.EPOCH;

	private Tip tip;

	Rechaining(Segment segment, Seal seal, Tip tip) {
		this.segment = segment;
		this.seal = seal;
		this.tip = tip;
	}

	/** The first record; it is no younger than the next. */
	void begin(Head follows, String reason, Instant at) {
		this.beginning = EntryJson.beginning(follows, reason).body();
		this.begunAt = at;
	}

	void add(Frame frame) throws IOException {
		ChainRecord.Fields fields = frame.record().fields();
		Instant recordedAt = (fields != null) ? fields.recordedAt() : this.tip.recordedAt();
		writeBeginning(recordedAt);
		write(frame.record().body(), frame.texts(), recordedAt);
	}

	/**
	 * Writes the rest.
	 * @param lost how many records could not be read
	 */
	Tip end(long lost) throws IOException {
		writeBeginning(this.begunAt);
		if (lost > 0) {
			write(EntryJson.gap(lost, "journal-damaged").body(), null, this.begunAt);
		}
		flush();
		return this.tip;
	}

	private void writeBeginning(Instant notAfter) throws IOException {
		String body = this.beginning;
		if (body != null) {
			this.beginning = null;
			write(body, null, notAfter.isBefore(this.begunAt) ? notAfter : this.begunAt);
		}
	}

	private void write(String body, byte @Nullable [] texts, Instant at) throws IOException {
		Instant recordedAt = ChainRecord.now(at, this.tip.recordedAt());
		ChainRecord record = ChainRecord.after(this.tip.head(), this.seal, recordedAt, body);
		this.frames.add(Frame.encode(record, texts));
		this.tip = this.tip.at(record.hash(), recordedAt);
		if (this.frames.size() == BATCH) {
			flush();
		}
	}

	private void flush() throws IOException {
		this.segment.append(this.frames, this.frames.size(), true);
		this.frames.clear();
	}

}
