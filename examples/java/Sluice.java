import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sluice with nothing but a JDK (17 or newer): java Sluice.java generate|receipt|stream "Hello". SLUICE_URL says where it is.
 * It prints JSON; with a library that reads it, make records of it.
 */
class Sluice {

	private static final String URL = Objects.requireNonNullElse(System.getenv("SLUICE_URL"), "http://127.0.0.1:8080");

	private static final String GENERATIONS = "/v1/generations";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	public static void main(String... args) throws Exception {
		String mode = (args.length > 0) ? args[0] : "stream";
		String text = (args.length > 1) ? args[1] : "Hello";
		String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}]";
		Sluice sluice = new Sluice();
		try {
			switch (mode) {
				case "generate" -> System.out.println(sluice.generate("{" + messages + "}"));
				case "receipt" -> {
					String receipt = sluice.begin("{" + messages + "}");
					System.out.println("receipt: " + receipt);
					System.out.println(sluice.collect(receipt));
				}
				default -> sluice.stream("{\"onDisconnect\": \"finish\", " + messages + "}");
			}
		}
		catch (IllegalStateException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
	}

	/** Waits for the answer. */
	String generate(String request) throws IOException, InterruptedException {
		return text(call(post(request)));
	}

	/** Takes a receipt: the path of the generation. */
	String begin(String request) throws IOException, InterruptedException {
		HttpResponse<Stream<String>> response = call(post(request).header("Prefer", "respond-async"));
		return response.headers().firstValue("Location").orElseThrow();
	}

	/** Comes back for the answer until it is there. */
	String collect(String path) throws IOException, InterruptedException {
		for (int i = 0; i < 1200; i++) {
			String generation = text(call(to(path)));
			if (!generation.contains("\"status\":\"running\"")) {
				return generation;
			}
			Thread.sleep(500);
		}
		throw new IllegalStateException(path + " takes too long");
	}

	/** Prints the events as they come. A lost connection is taken up behind the last one. */
	void stream(String request) throws IOException, InterruptedException {
		HttpResponse<Stream<String>> response = call(post(request).header("Accept", "text/event-stream"));
		String path = response.headers().firstValue("Location").orElseThrow();
		Events events = new Events();
		for (int lost = 0; lost < 6; lost++) {
			try (Stream<String> lines = response.body()) {
				lines.forEach(events::line);
			}
			catch (UncheckedIOException ex) {
				System.err.println("--- the connection is lost after event " + events.last);
			}
			if (events.ended) {
				return;
			}
			Thread.sleep(500);
			response = call(to(path + "/events").header("Last-Event-ID", events.last));
		}
		throw new IllegalStateException(path + " cannot be followed");
	}

	/** Sends a request. A 503 says with Retry-After when it is worth another one. */
	private HttpResponse<Stream<String>> call(HttpRequest.Builder request) throws IOException, InterruptedException {
		for (int attempt = 1;; attempt++) {
			HttpResponse<Stream<String>> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
			if (response.statusCode() < 400) {
				return response;
			}
			if (response.statusCode() != 503 || attempt == 4) {
				throw new IllegalStateException(text(response)); // a problem by RFC 9457
			}
			Thread.sleep(response.headers().firstValueAsLong("Retry-After").orElse(1) * 1000);
		}
	}

	private static HttpRequest.Builder post(String request) {
		return to(GENERATIONS).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(request));
	}

	/** The time limit is that of the response's head: a stream may go on for longer. */
	private static HttpRequest.Builder to(String path) {
		return HttpRequest.newBuilder(URI.create(URL + path)).timeout(Duration.ofSeconds(60));
	}

	private static String text(HttpResponse<Stream<String>> response) {
		return String.join("\n", response.body().toList());
	}

	/** Reads events line by line. What is cut off before the blank line of its end comes again. */
	private static final class Events {

		private static final Pattern FIELD = Pattern.compile("(id|event|data): (.*)");

		private String id = "0";

		private String type = "";

		private String data = "";

		String last = "0";

		boolean ended;

		void line(String line) {
			Matcher field = FIELD.matcher(line);
			if (field.matches()) {
				switch (field.group(1)) {
					case "id" -> this.id = field.group(2);
					case "event" -> this.type = field.group(2);
					default -> this.data = field.group(2);
				}
			}
			else if (line.isEmpty() && !this.data.isEmpty()) {
				System.out.println(this.type + " " + this.data);
				this.last = this.id;
				this.data = "";
				this.ended = List.of("completed", "failed", "cancelled").contains(this.type);
			}
		}

	}

}
