package dev.sluice.prompt.audit;

import java.nio.file.FileSystemException;

/** The directory of the audit journal cannot be used. */
final class AuditDirectoryException extends IllegalStateException {

	AuditDirectoryException(String directory, Exception cause) {
		super("sluice.audit.directory %s cannot be used: %s".formatted(directory, reason(cause)), cause);
	}

	/** The message of a fault of the file system is often but a path. */
	private static String reason(Exception cause) {
		return (cause instanceof FileSystemException) ? cause.getClass().getSimpleName() + " " + cause.getMessage()
				: String.valueOf(cause.getMessage());
	}

}
