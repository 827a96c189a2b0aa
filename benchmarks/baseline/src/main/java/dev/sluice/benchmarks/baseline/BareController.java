package dev.sluice.benchmarks.baseline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.sluice.benchmarks.baseline.Generation.Output;
import dev.sluice.benchmarks.baseline.Generation.Part;
import dev.sluice.benchmarks.baseline.Generation.Usage;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A door and nothing behind it: what Spring MVC on Tomcat costs by itself, with the same
 * bodies in and out.
 */
@RestController
class BareController {

	private static final int TOKENS = 64;

	private static final List<String> ANSWER = IntStream.range(0, TOKENS).mapToObj("t%03d "::formatted).toList();

	private static final String TEXT = ANSWER.stream().collect(Collectors.joining());

	@PostMapping(path = "/bare/generations", produces = MediaType.APPLICATION_JSON_VALUE)
	Generation generate(@RequestBody GenerationRequest request) {
		Instant now = Instant.now();
		return new Generation("gen_0", "completed", request.model(),
				new Output("assistant", List.of(new Part("text", TEXT)), TEXT), "end_turn", new Usage(13, TOKENS, 0, 0),
				now, now);
	}

	/** Each event is encoded, written and flushed by the request's own virtual thread. */
	@PostMapping(path = "/bare/generations", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	void stream(@RequestBody GenerationRequest request, @RequestParam(defaultValue = "0") int interval,
			HttpServletResponse response) throws IOException {
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		OutputStream out = response.getOutputStream();
		write(out, "id: 1\nevent: started\ndata: {\"id\":\"gen_0\"}\n\n");
		long due = System.nanoTime();
		for (int i = 0; i < TOKENS; i++) {
			if (interval > 0 && i > 0) {
				due += interval * 1_000_000L;
				sleepUntil(due);
			}
			write(out, "id: " + (i + 2) + "\nevent: delta\ndata: {\"text\":\"" + ANSWER.get(i) + "\"}\n\n");
		}
		write(out, "id: " + (TOKENS + 2) + "\nevent: completed\ndata: {\"finishReason\":\"end_turn\"}\n\n");
	}

	private static void write(OutputStream out, String event) throws IOException {
		out.write(event.getBytes(StandardCharsets.UTF_8));
		out.flush();
	}

	private static void sleepUntil(long due) {
		for (long left; (left = due - System.nanoTime()) > 0;) {
			LockSupport.parkNanos(left);
		}
	}

}
