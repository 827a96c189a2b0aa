package dev.sluice.orchestration.generation;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/**
 * Drains while doors and sockets are still open: the closing of the context is announced
 * before anything is stopped.
 */
@Component
class DrainOnShutdown implements ApplicationListener<ContextClosedEvent> {

	private final GenerationService service;

	private final ApplicationContext context;

	DrainOnShutdown(GenerationService service, ApplicationContext context) {
		this.service = service;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.service.drain();
		}
	}

}
