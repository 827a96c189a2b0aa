package dev.sluice.api;

import java.io.IOException;

import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.GenerationException;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.stereotype.Component;

/** Reads the bodies of HTTP requests, up to the configured size. */
@Component
public final class RequestBody {

	private final int limit;

	RequestBody(ApiProperties properties) {
		this.limit = (int) properties.maxRequestSize().toBytes();
	}

	/**
	 * The whole body as a generation request.
	 * @throws GenerationException if it is too large, cut short, or not what it should be
	 */
	public GenerationBody read(HttpServletRequest request) {
		long announced = request.getContentLengthLong();
		if (announced > this.limit) {
			throw tooLarge();
		}
		byte[] body;
		try {
			body = (announced > 0) ? request.getInputStream().readNBytes((int) announced)
					: request.getInputStream().readNBytes(this.limit + 1);
		}
		catch (IOException _) {
			throw new GenerationException(ErrorCode.INVALID_REQUEST, "The body could not be read to its end");
		}
		if (body.length > this.limit) {
			throw tooLarge();
		}
		return Json.read(body, GenerationBody.class);
	}

	private GenerationException tooLarge() {
		return new GenerationException(ErrorCode.PAYLOAD_TOO_LARGE,
				"The body must be at most %d bytes".formatted(this.limit));
	}

}
