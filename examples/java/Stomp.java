import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** STOMP over WebSocket with nothing but a JDK (17 or newer): java Stomp.java "Hello" [response|stream] */
class Stomp implements WebSocket.Listener {

	private static final String END = "\0";

	private final CompletableFuture<Integer> done = new CompletableFuture<>();

	private final StringBuilder frame = new StringBuilder();

	private final String request;

	Stomp(String request) {
		this.request = request;
	}

	public static void main(String[] args) {
		String text = (args.length > 0) ? args[0] : "Hello";
		String delivery = (args.length > 1) ? args[1] : "stream";
		Stomp stomp = new Stomp("""
				{"delivery": "%s", "messages": [{"role": "user", "content": "%s"}]}""".formatted(delivery, text.replace("\\", "\\\\").replace("\"", "\\\"")));
		String url = Objects.requireNonNullElse(System.getenv("SLUICE_URL"), "http://127.0.0.1:8080").replaceFirst("^http", "ws");
		HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("v12.stomp").connectTimeout(Duration.ofSeconds(5))
			.buildAsync(URI.create(url + "/ws"), stomp).join();
		System.exit(stomp.done.orTimeout(5, TimeUnit.MINUTES).join());
	}

	@Override
	public void onOpen(WebSocket socket) {
		socket.sendText("CONNECT\naccept-version:1.2\nhost:localhost\n\n" + END, true);
		socket.request(1);
	}

	@Override
	public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
		this.frame.append(data);
		if (last) {
			String text = this.frame.toString().replace(END, "").strip();
			this.frame.setLength(0);
			if (text.startsWith("CONNECTED")) {
				socket.sendText("SUBSCRIBE\nid:0\ndestination:/user/queue/generations\n\n" + END, true)
					.thenCompose((s) -> s.sendText("SEND\ndestination:/app/generations\nrequest-id:r-1\n\n" + this.request + END, true));
			}
			else {
				String body = text.substring(text.indexOf("\n\n") + 2);
				System.out.println(body);
				if (body.matches("(?s).*\"type\":\"(completed|cancelled)\".*")) {
					this.done.complete(0);
				}
				else if (body.contains("\"type\":\"failed\"") || text.startsWith("ERROR")) {
					this.done.complete(1);
				}
			}
		}
		socket.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
		this.done.complete(1);
		return null;
	}

	@Override
	public void onError(WebSocket socket, Throwable error) {
		this.done.completeExceptionally(error);
	}

}
