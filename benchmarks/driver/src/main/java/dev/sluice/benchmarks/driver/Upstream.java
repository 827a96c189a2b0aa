package dev.sluice.benchmarks.driver;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The controls of the stand-in. */
record Upstream(int port) {

	private static final Pattern CUT = Pattern.compile("\"cut\":(\\d+)");

	void pace(int deltas, int interval) throws IOException {
		control("?first=0&deltas=" + deltas + "&interval=" + interval);
	}

	/** How many streams have lost their reader so far. */
	long cut() throws IOException {
		Matcher cut = CUT.matcher(control(""));
		return cut.find() ? Long.parseLong(cut.group(1)) : 0;
	}

	private String control(String query) throws IOException {
		try (InputStream body = URI.create("http://127.0.0.1:" + this.port + "/control" + query).toURL().openStream()) {
			String state = new String(body.readAllBytes(), StandardCharsets.US_ASCII);
			if (state.contains("error")) {
				throw new IOException(state);
			}
			return state;
		}
	}

}
