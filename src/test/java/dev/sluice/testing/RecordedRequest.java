package dev.sluice.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A request that reached a {@link FakeBedrock}, byte for byte.
 *
 * @param connection the number of its connection, from 1
 * @param path the request target as sent, so still percent-encoded
 * @param headers by name in lower case
 * @param closedByClient completes as soon as the client closes the connection
 */
public record RecordedRequest(int connection, String method, String path, Map<String, String> headers, byte[] body,
		CompletableFuture<Void> closedByClient) {

	public @Nullable String header(String name) {
		return this.headers.get(name.toLowerCase(Locale.ROOT));
	}

	public String text() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	public boolean streaming() {
		return this.path.endsWith("/converse-stream");
	}

	/** Whether this asks a guardrail, and no model. */
	public boolean guardrail() {
		return this.path.contains("/guardrail/") && this.path.endsWith("/apply");
	}

	/** Reads a request, or nothing if the client has closed the connection. */
	static @Nullable RecordedRequest read(InputStream in, int connection) throws IOException {
		String start = line(in);
		if (start == null) {
			return null;
		}
		String[] words = start.split(" ");
		Map<String, String> headers = new TreeMap<>();
		for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
			int colon = line.indexOf(':');
			headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
					(first, second) -> String.join(", ", List.of(first, second)));
		}
		int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
		byte[] body = in.readNBytes(length);
		if (body.length < length) {
			throw new EOFException("The request was cut");
		}
		return new RecordedRequest(connection, words[0], words[1], headers, body, new CompletableFuture<>());
	}

	private static @Nullable String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next != '\n'; next = in.read()) {
			if (next == -1) {
				return null;
			}
			line.append((char) next);
		}
		return line.substring(0, Math.max(0, line.length() - 1));
	}

}
