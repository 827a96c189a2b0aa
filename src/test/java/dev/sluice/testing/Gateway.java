package dev.sluice.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the gateway's doors on this machine. */
public final class Gateway {

	/** The shortest request. */
	public static final String HI = """
			{"messages":[{"role":"user","content":"hi"}]}""";

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port;

	private final List<AutoCloseable> lingering = new CopyOnWriteArrayList<>();

	public Gateway(int port) {
		this.port = port;
	}

	public int port() {
		return this.port;
	}

	/** Asks for a generation; {@code headers} are names and values in turn. */
	public HttpResponse<String> generate(String body, String... headers) {
		HttpRequest.Builder request = to("/v1/generations", headers).POST(HttpRequest.BodyPublishers.ofString(body));
		return exchange(request.header("Content-Type", "application/json").build());
	}

	public HttpResponse<String> get(String path, String... headers) {
		return exchange(to(path, headers).build());
	}

	public HttpResponse<String> put(String path, String body) {
		return exchange(
				to(path, "Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString(body)).build());
	}

	/** Posts a body of any type. */
	public HttpResponse<String> post(String path, String type, byte[] body) {
		return exchange(to(path, "Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
	}

	/** The body as it comes. */
	public byte[] download(String path) {
		try {
			return CLIENT.send(to(path).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
		}
		catch (IOException ex) {
			throw new AssertionError(path + " failed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	public HttpResponse<String> delete(String path) {
		return exchange(to(path).DELETE().build());
	}

	public HttpResponse<String> patch(String path, String body) {
		return exchange(
				to(path, "Content-Type", "application/json").method("PATCH", HttpRequest.BodyPublishers.ofString(body))
					.build());
	}

	/** Posts nothing. */
	public HttpResponse<String> post(String path) {
		return exchange(to(path).POST(HttpRequest.BodyPublishers.noBody()).build());
	}

	public HttpResponse<String> post(String path, String body) {
		return exchange(
				to(path, "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
	}

	/** Starts a generation that runs on, and returns its id. */
	public String begin(String body) {
		HttpResponse<String> response = generate(body, "Prefer", "respond-async");
		if (response.statusCode() != 202) {
			throw new AssertionError(response.statusCode() + " " + response.body());
		}
		return json(response).path("id").asString();
	}

	/** A generation as it is now. */
	public JsonNode generation(String id) {
		return json(get("/v1/generations/" + id));
	}

	public SseClient stream(String body, String... headers) {
		return SseClient.generate(this.port, body, headers);
	}

	/** Follows a generation from its first event. */
	public SseClient follow(String id, String... headers) {
		return SseClient.follow(this.port, "/v1/generations/" + id + "/events", headers);
	}

	public SseClient followAfter(String id, long after) {
		return followAfter(id, Long.toString(after));
	}

	public SseClient followAfter(String id, String after) {
		return SseClient.follow(this.port, "/v1/generations/" + id + "/events?after=" + after);
	}

	/** Follows a generation, and takes in but a little until it is told to read. */
	public SseClient followWithoutReading(String id) {
		return leavingLater(SseClient.followWithoutReading(this.port, "/v1/generations/" + id + "/events"));
	}

	/** Ends the connections of clients that may still be there. */
	public void leave() throws Exception {
		for (AutoCloseable client : this.lingering) {
			client.close();
		}
	}

	private <T extends AutoCloseable> T leavingLater(T client) {
		this.lingering.add(client);
		return client;
	}

	public StompClient stomp() throws InterruptedException {
		return leavingLater(StompClient.connect(this.port));
	}

	public HttpSocket socket() {
		return HttpSocket.open(this.port);
	}

	public static JsonNode json(HttpResponse<String> response) {
		return JSON.readTree(response.body());
	}

	/** JSON without what differs every time. */
	public static String masked(String json) {
		return json.replaceAll("gen_[0-9a-hjkmnp-tv-z]{26}", "gen_ID")
			.replaceAll("cnv_[0-9a-hjkmnp-tv-z]{26}", "cnv_ID")
			.replaceAll("\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z\"", "\"TIME\"")
			.replaceAll("\"traceId\":\"[0-9a-f]{32}\"", "\"traceId\":\"TRACE\"");
	}

	private HttpRequest.Builder to(String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(20));
		return (headers.length > 0) ? request.headers(headers) : request;
	}

	private static HttpResponse<String> exchange(HttpRequest request) {
		try {
			return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new AssertionError(request + " failed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

}
