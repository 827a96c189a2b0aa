package dev.sluice.api;

import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request a trace id for the logs, the caller's own where it sends a
 * <a href="https://www.w3.org/TR/trace-context/">traceparent</a>, and tells it in
 * {@code X-Trace-Id}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class TraceFilter extends OncePerRequestFilter {

	/** The key in the logging context. */
	public static final String TRACE_ID = "traceId";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String traceId = traceIdOf(request.getHeader("traceparent"));
		response.setHeader("X-Trace-Id", traceId);
		MDC.put(TRACE_ID, traceId);
		try {
			chain.doFilter(request, response);
		}
		finally {
			MDC.remove(TRACE_ID);
		}
	}

	/** The trace id of a traceparent, or a new one if there is none that is valid. */
	public static String traceIdOf(@Nullable String traceparent) {
		if (traceparent != null && traceparent.length() >= 55 && traceparent.charAt(2) == '-'
				&& traceparent.charAt(35) == '-') {
			String traceId = traceparent.substring(3, 35);
			if (traceId.chars().allMatch((c) -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')
					&& traceId.chars().anyMatch((c) -> c != '0')) {
				return traceId;
			}
		}
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return hex(random.nextLong()) + hex(random.nextLong() | 1);
	}

	private static String hex(long value) {
		return HexFormat.of().toHexDigits(value);
	}

}
