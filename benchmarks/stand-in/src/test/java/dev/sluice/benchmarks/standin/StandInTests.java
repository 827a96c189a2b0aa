package dev.sluice.benchmarks.standin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StandInTests {

	private final HttpClient client = HttpClient.newHttpClient();

	private StandIn standIn;

	@BeforeEach
	void start() throws IOException {
		this.standIn = new StandIn(0, 64, 0, 0);
		Thread.ofVirtual().start(() -> {
			try {
				this.standIn.run();
			}
			catch (IOException | java.nio.channels.ClosedSelectorException ex) {
				// The test is over.
			}
		});
	}

	@AfterEach
	void stop() throws IOException {
		this.standIn.close();
	}

	@Test
	void converseGivesTheWholeAnswer() throws Exception {
		HttpResponse<byte[]> response = post("/model/us.anthropic.claude%3A0/converse");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(new String(response.body())).contains(Answer.text(64)).contains("\"outputTokens\":64");
	}

	@Test
	void streamsTheSameFramesAtOnceAndPaced() throws Exception {
		byte[] atOnce = post("/model/m/converse-stream").body();
		assertThat(frames(atOnce)).isEqualTo(68);
		post("/control?interval=2&first=5");
		long start = System.nanoTime();
		assertThat(post("/model/m/converse-stream").body()).isEqualTo(atOnce);
		assertThat(System.nanoTime() - start).isGreaterThan(63 * 2 * 1_000_000L);
	}

	@Test
	void countsWhatItServed() throws Exception {
		post("/model/m/converse");
		post("/model/m/converse-stream");
		assertThat(new String(post("/control").body())).contains("\"answers\":1,\"streams\":1,\"cut\":0");
		assertThat(post("/elsewhere").statusCode()).isEqualTo(404);
	}

	@Test
	void knowsNothingWhereDynamoDbWould() throws Exception {
		HttpResponse<byte[]> response = post("/");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(new String(response.body())).isEqualTo("{}");
		assertThat(new String(post("/control").body())).contains("\"storeCalls\":1");
	}

	private HttpResponse<byte[]> post(String path) throws Exception {
		return this.client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.standIn.port() + path))
			.POST(HttpRequest.BodyPublishers.ofString("{\"messages\":[]}"))
			.build(), BodyHandlers.ofByteArray());
	}

	private static int frames(byte[] body) {
		int frames = 0;
		for (ByteBuffer left = ByteBuffer.wrap(body); left.hasRemaining(); frames++) {
			left.position(left.position() + left.getInt(left.position()));
		}
		return frames;
	}

}
