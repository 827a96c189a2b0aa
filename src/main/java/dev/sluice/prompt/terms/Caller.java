package dev.sluice.prompt.terms;

/**
 * On whose behalf something is done.
 *
 * @param tenant whose templates, policies and records are used; nobody sees those of
 * another
 * @param subject who it is within the tenant
 */
public record Caller(String tenant, String subject) {

	/** The tenant of those who did not sign in. */
	public static final String DEFAULT_TENANT = "default";

	public static Caller anonymous(String subject) {
		return new Caller(DEFAULT_TENANT, subject);
	}

}
