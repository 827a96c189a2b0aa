package dev.sluice.api;

import java.io.IOException;

import dev.sluice.trace.DoorSpan;
import dev.sluice.trace.DoorSpans;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request a trace id, tells it in {@code X-Trace-Id}, and has a span made of
 * it if traces are on. What asks after the service's health makes none.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class TraceFilter extends OncePerRequestFilter {

	private final DoorSpans spans;

	private final String actuator;

	TraceFilter(DoorSpans spans, @Value("${management.endpoints.web.base-path:/actuator}") String actuator) {
		this.spans = spans;
		this.actuator = actuator + "/";
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		DoorSpan door = request.getRequestURI().startsWith(this.actuator) ? this.spans.pass(request::getHeader)
				: this.spans.enter(RequestSpan.nameOf(request), request::getHeader);
		response.setHeader("X-Trace-Id", door.traceId());
		boolean answered = false;
		try {
			chain.doFilter(request, response);
			answered = true;
		}
		finally {
			if (door.span().isRecording()) {
				RequestSpan.describe(door, request,
						answered ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
			}
			door.leave();
		}
	}

}
