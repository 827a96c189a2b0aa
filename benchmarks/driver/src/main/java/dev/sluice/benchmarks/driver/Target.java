package dev.sluice.benchmarks.driver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * What is put under load: the dialect it speaks, where, and the process whose cost is
 * measured.
 *
 * @param streamPath may hold {@code {interval}}, for doors that pace themselves
 * @param pid 0 when the process is not to be measured
 */
record Target(String name, Dialect dialect, String host, int port, String syncPath, String streamPath, long pid) {

	enum Dialect {

		/**
		 * Sluice's own contract: JSON, and numbered events from {@code started} to
		 * {@code completed}.
		 */
		SLUICE,
		/** Converse and ConverseStream. */
		BEDROCK,
		/** The answer's text alone, and as the data of unnamed events. */
		PLAIN

	}

	private static final String BODY = """
			{"messages":[{"role":"user","content":[{"text":"Tell me about rivers."}]}],\
			"inferenceConfig":{"maxTokens":512}}""";

	private static final String SLUICE_BODY = """
			{"messages":[{"role":"user","content":"Tell me about rivers."}],"parameters":{"maxTokens":512}%s}""";

	static Target of(String name, Dialect dialect, int port, String syncPath, String streamPath, long pid) {
		return new Target(name, dialect, "127.0.0.1", port, syncPath, streamPath, pid);
	}

	/** Load is only ever put on this machine. */
	InetSocketAddress address() {
		try {
			InetAddress address = InetAddress.getByName(this.host);
			if (!address.isLoopbackAddress()) {
				throw new IllegalArgumentException(this.host + " is not a loopback address");
			}
			return new InetSocketAddress(address, this.port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	byte[] request(boolean streaming, int interval) {
		String model = System.getProperty("model", "");
		String body = switch (this.dialect) {
			case BEDROCK -> BODY;
			case SLUICE, PLAIN -> SLUICE_BODY.formatted(model.isEmpty() ? "" : ",\"model\":\"" + model + "\"");
		};
		String accept = switch (this.dialect) {
			case BEDROCK -> "*/*";
			case SLUICE -> streaming ? "text/event-stream" : "application/json";
			case PLAIN -> streaming ? "text/event-stream" : "text/plain";
		};
		String path = (streaming ? this.streamPath : this.syncPath).replace("{interval}", Integer.toString(interval));
		return """
				POST %s HTTP/1.1\r
				Host: %s:%d\r
				Accept: %s\r
				Content-Type: application/json\r
				Content-Length: %d\r
				\r
				%s""".formatted(path, this.host, this.port, accept, body.length(), body)
			.getBytes(StandardCharsets.US_ASCII);
	}

	BodyReader reader(boolean streaming, byte[] expected, int deltas, BodyReader.Deltas listener) {
		if (!streaming) {
			return new WholeTextReader(expected);
		}
		return switch (this.dialect) {
			case BEDROCK -> new FrameReader(expected, deltas, listener);
			case SLUICE -> new NumberedEventReader(expected, deltas, listener);
			case PLAIN -> new TextEventReader(expected, listener);
		};
	}

}
