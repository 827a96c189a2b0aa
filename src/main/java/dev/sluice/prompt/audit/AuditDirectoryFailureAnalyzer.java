package dev.sluice.prompt.audit;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at the start what can be done, without a stack trace. */
class AuditDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<AuditDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AuditDirectoryException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"Name a directory that can be written to and that no other process uses, or set "
						+ "sluice.audit.enabled=false if there is to be no audit trail.",
				cause);
	}

}
