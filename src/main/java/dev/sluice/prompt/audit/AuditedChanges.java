package dev.sluice.prompt.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

import dev.sluice.prompt.terms.ChangeLog;
import dev.sluice.prompt.terms.PromptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.stereotype.Component;

/** Keeps changes of templates, labels and policies in the trail. */
@Component
class AuditedChanges implements ChangeLog {

	private static final Logger logger = LoggerFactory.getLogger(AuditedChanges.class);

	private final AuditTrail trail;

	AuditedChanges(AuditTrail trail) {
		this.trail = trail;
	}

	@Override
	public void admit() {
		if (this.trail.isRunning() && !this.trail.accepting()) {
			throw new PromptException(PromptException.Reason.STORE_UNAVAILABLE,
					"The audit trail takes no more records for now");
		}
	}

	@Override
	public void changed(Change change) {
		try {
			this.trail.record(new AuditEntry.Changed(change.caller(), change.kind().name().toLowerCase(Locale.ROOT),
					change.name(), change.action(), change.version(), Instant.now(),
					Hashes.sha256().digest(change.content().getBytes(StandardCharsets.UTF_8)), MDC.get("traceId")));
		}
		catch (PromptException ex) {
			// It is made already.
			logger.error("A change of {} {} could not be recorded", change.kind(), change.name(), ex);
		}
	}

}
