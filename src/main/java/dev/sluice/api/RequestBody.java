package dev.sluice.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.Failure;
import dev.sluice.orchestration.generation.GenerationException;
import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Reads the bodies of HTTP requests, up to the configured size; all that are being read
 * take no more than an eighth of the heap.
 */
@Component
public final class RequestBody {

	private static final int STEP = 64 * 1024;

	private final int limit;

	private final long most;

	private final AtomicLong reading = new AtomicLong();

	RequestBody(ApiProperties properties) {
		this.limit = (int) properties.maxRequestSize().toBytes();
		this.most = Math.max(this.limit, Runtime.getRuntime().maxMemory() / 8);
	}

	/**
	 * The whole body as a generation request.
	 * @throws GenerationException if it is too large, cut short, or not what it should be
	 */
	public GenerationBody read(HttpServletRequest request) {
		return read(request, (body) -> Json.read(body, GenerationBody.class));
	}

	/**
	 * The whole body as a JSON object.
	 * @throws GenerationException if it is too large, cut short, or no JSON object
	 */
	public JsonNode readObject(HttpServletRequest request) {
		JsonNode json = read(request, (body) -> Json.read(body, JsonNode.class));
		if (!json.isObject()) {
			throw new GenerationException(ErrorCode.INVALID_REQUEST, "The body must be one JSON object");
		}
		return json;
	}

	/**
	 * What is made of the whole body.
	 * @throws GenerationException if it is too large or cut short
	 */
	public <T> T read(HttpServletRequest request, Function<byte[], T> reading) {
		String coding = request.getHeader("Content-Encoding");
		if (coding != null && !coding.equalsIgnoreCase("identity")) {
			throw new GenerationException(Failure.invalid("Content-Encoding",
					"Content-Encoding must be identity: bodies are read as they are"));
		}
		long announced = request.getContentLengthLong();
		if (announced > this.limit) {
			throw tooLarge();
		}
		long[] taken = new long[1];
		try {
			return reading.apply(read(request.getInputStream(), announced, taken));
		}
		catch (IOException _) {
			throw new GenerationException(ErrorCode.INVALID_REQUEST, "The body could not be read to its end");
		}
		finally {
			this.reading.addAndGet(-taken[0]);
		}
	}

	private byte[] read(InputStream in, long announced, long[] taken) throws IOException {
		if (announced > 0 && announced <= STEP) {
			take((int) announced, taken);
			return in.readNBytes((int) announced);
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		byte[] step;
		do {
			take(STEP, taken);
			step = in.readNBytes(STEP);
			body.writeBytes(step);
			if (body.size() > this.limit) {
				throw tooLarge();
			}
		}
		while (step.length == STEP);
		return body.toByteArray();
	}

	private void take(int bytes, long[] taken) {
		taken[0] += bytes;
		if (this.reading.addAndGet(bytes) > this.most) {
			throw new GenerationException(ErrorCode.MODEL_UNAVAILABLE,
					"The gateway reads as many requests as it may; try again");
		}
	}

	private GenerationException tooLarge() {
		return new GenerationException(ErrorCode.PAYLOAD_TOO_LARGE,
				"The body must be at most %d bytes".formatted(this.limit));
	}

}
