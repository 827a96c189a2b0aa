package dev.sluice.api;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;

/** Sends problems over HTTP. */
public final class ProblemWriter {

	private ProblemWriter() {
	}

	/** Sends the problem as the whole response, unless a response has already begun. */
	public static void write(HttpServletResponse response, Problem problem) throws IOException {
		if (response.isCommitted()) {
			return;
		}
		byte[] json = problem.toJson();
		response.resetBuffer();
		response.setStatus(problem.status());
		response.setContentType(Problem.MEDIA_TYPE);
		if (problem.retryAfter() != null) {
			response.setHeader("Retry-After", problem.retryAfter().toString());
		}
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

}
