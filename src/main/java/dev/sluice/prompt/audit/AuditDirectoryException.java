package dev.sluice.prompt.audit;

/** The directory of the audit journal cannot be used. */
final class AuditDirectoryException extends IllegalStateException {

	AuditDirectoryException(String directory, Exception cause) {
		super("sluice.audit.directory %s cannot be used: %s. Name a directory that can be written to, or set "
			.formatted(directory, cause.getMessage()) + "sluice.audit.enabled=false", cause);
	}

}
