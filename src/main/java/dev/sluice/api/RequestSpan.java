package dev.sluice.api;

import java.util.Set;

import dev.sluice.trace.DoorSpan;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.servlet.HandlerMapping;

/**
 * The span of a request over HTTP, by the
 * <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">semantic
 * conventions</a>, but for what says who the caller is. It lasts until the last byte of
 * the answer.
 */
final class RequestSpan implements AsyncListener {

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE", "CONNECT");

	private final DoorSpan door;

	private RequestSpan(DoorSpan door) {
		this.door = door;
	}

	/** As long as its route is not known. */
	static String nameOf(HttpServletRequest request) {
		return METHODS.contains(request.getMethod()) ? request.getMethod() : "HTTP";
	}

	/** Says what became of the request, once a controller has seen it. */
	static void describe(DoorSpan door, HttpServletRequest request, int status) {
		Span span = door.span();
		String method = nameOf(request);
		span.setAttribute("http.request.method", method.equals("HTTP") ? "_OTHER" : method);
		span.setAttribute("url.scheme", request.getScheme());
		span.setAttribute("url.path", request.getRequestURI());
		span.setAttribute("http.response.status_code", status);
		if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof Object route) {
			span.updateName(method + " " + route);
			span.setAttribute("http.route", route.toString());
		}
		if (status >= 500) {
			door.failed(Integer.toString(status));
		}
		if (request.isAsyncStarted()) {
			request.getAsyncContext().addListener(new RequestSpan(door.last()));
		}
	}

	@Override
	public void onComplete(AsyncEvent event) {
		this.door.end();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
	}

	@Override
	public void onError(AsyncEvent event) {
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

}
