package dev.sluice.prompt.guardrail;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether all policies in use are those that are stored. It is no part of readiness: the
 * configured ones hold instead.
 */
@Component
class GuardrailHealthIndicator implements HealthIndicator {

	private final Guardrails guardrails;

	GuardrailHealthIndicator(Guardrails guardrails) {
		this.guardrails = guardrails;
	}

	@Override
	public Health health() {
		long unread = this.guardrails.unread();
		return (unread == 0) ? Health.up().build()
				: Health.status("DEGRADED")
					.withDetail("trouble",
							"The store could never be asked about some policies; "
									+ "the configured or built-in ones hold instead")
					.withDetail("policies", unread)
					.build();
	}

}
