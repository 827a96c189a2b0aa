package dev.sluice.prompt.template;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether templates are read as they are, or served as they were. */
@Component
class TemplatesHealthIndicator implements HealthIndicator {

	private final TemplateCache cache;

	TemplatesHealthIndicator(TemplateCache cache) {
		this.cache = cache;
	}

	@Override
	public Health health() {
		TemplateCache.Outage outage = this.cache.outage();
		Health.Builder health = (outage == null) ? Health.up()
				: Health.status("DEGRADED").withDetail("staleSince", outage.since().toString());
		return health.withDetail("cached", this.cache.size()).build();
	}

}
