package dev.sluice.orchestration.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.sluice.model.CallScope;
import dev.sluice.prompt.terms.Caller;
import org.jspecify.annotations.Nullable;

/** A generation that was read from the store: it has ended, or runs on another node. */
final class StoredGeneration extends Generation {

	/** What is known of one. */
	record Snapshot(Instant createdAt, @Nullable Instant endedAt, StoredLog log) {
	}

	/** Looks after a generation on another node, as long as somebody reads it here. */
	interface Follower {

		void follow(StoredGeneration generation);

	}

	private final StoredLog log;

	private final Follower follower;

	private final AtomicBoolean followed = new AtomicBoolean();

	StoredGeneration(Caller owner, GenerationEvent.Started started, Snapshot known, Follower follower) {
		super(owner, started, OnDisconnect.FINISH, known.createdAt(), CallScope.lasting(Duration.ZERO), known.log(), 0);
		this.log = known.log();
		this.follower = follower;
		endAs(known);
	}

	/** Takes over how it ended, if it has. */
	void become(StoredGeneration later) {
		if (later.end() != null) {
			endAs(new Snapshot(later.createdAt(), later.endedAt(), later.log));
			this.log.complete(later.log);
		}
	}

	private void endAs(Snapshot known) {
		GenerationEvent.End end = known.log().end();
		if (end != null && known.endedAt() != null) {
			ended(end, known.endedAt());
		}
	}

	@Override
	public void cancel() {
		if (end() == null) {
			throw new GenerationException(ErrorCode.CONFLICT,
					"The generation runs on another node of the gateway; try again, or let it finish");
		}
	}

	@Override
	public Watch watch() {
		Watch watch = super.watch();
		follow();
		return watch;
	}

	private void follow() {
		if (end() == null && this.followed.compareAndSet(false, true)) {
			this.follower.follow(this);
		}
	}

	/** Nobody looks after it any more; whether somebody should again. */
	void unfollow() {
		this.followed.set(false);
		if (watchers() > 0) {
			follow();
		}
	}

}
