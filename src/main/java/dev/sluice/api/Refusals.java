package dev.sluice.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Counts requests that the doors refuse, by the code that the caller is told. */
@Component
public final class Refusals {

	private final MeterRegistry registry;

	Refusals(MeterRegistry registry) {
		this.registry = registry;
	}

	/** Counts a refusal of a request over HTTP, which shares its path with a stream. */
	void count(HttpServletRequest request, String code) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		count((accept != null && accept.contains(MediaType.TEXT_EVENT_STREAM_VALUE)) ? "sse" : "rest", code);
	}

	public void count(String door, String code) {
		Counter.builder("sluice.refusals")
			.description("Requests that were refused before they became a generation")
			.tags("error.type", code, "sluice.door", door)
			.register(this.registry)
			.increment();
	}

}
