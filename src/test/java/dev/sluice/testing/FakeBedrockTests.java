package dev.sluice.testing;

import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import software.amazon.eventstream.MessageDecoder;

import static org.assertj.core.api.Assertions.assertThat;

class FakeBedrockTests {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@Test
	void answersBothOperationsAndKeepsTheConnection() throws Exception {
		try (FakeBedrock fake = new FakeBedrock()) {
			HttpResponse<byte[]> sync = post(fake, "/model/m/converse");
			HttpResponse<byte[]> streamed = post(fake, "/model/m/converse-stream");

			assertThat(new String(sync.body())).contains(FakeBedrock.text(FakeBedrock.DELTAS));
			MessageDecoder decoder = new MessageDecoder();
			decoder.feed(ByteBuffer.wrap(streamed.body()));
			assertThat(decoder.getDecodedMessages()).hasSize(FakeBedrock.DELTAS + 4);
			assertThat(fake.requests()).extracting(RecordedRequest::text).containsExactly("{}", "{}");
			assertThat(fake.acceptedConnections()).isOne();
			assertThat(fake.openConnections()).isOne();
		}
	}

	@Test
	void tellsThatTheClientHasClosedTheConnection() throws Exception {
		try (FakeBedrock fake = new FakeBedrock()) {
			fake.answer(FakeExchange::hang);

			var future = this.client.sendAsync(request(fake, "/model/m/converse"),
					HttpResponse.BodyHandlers.ofByteArray());
			RecordedRequest request = fake.take();
			future.cancel(true);

			request.closedByClient().get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void tellsThatTheClientHasResetTheConnection() throws Exception {
		try (FakeBedrock fake = new FakeBedrock(); Socket socket = new Socket("127.0.0.1", fake.uri().getPort())) {
			fake.answer(FakeExchange::hang);

			socket.getOutputStream().write("POST /model/m/converse HTTP/1.1\r\n\r\n".getBytes());
			RecordedRequest request = fake.take();
			socket.setSoLinger(true, 0);
			socket.close();

			request.closedByClient().get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void framesExceptionsAsRecorded() {
		assertThat(HexFormat.of().formatHex(FakeFrames.exception("throttlingException", "x")))
			.isEqualTo("0000008000000061ee713e350f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074"
					+ "696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970"
					+ "65070009657863657074696f6e7b226d657373616765223a2278227dba01546f");
	}

	private HttpResponse<byte[]> post(FakeBedrock fake, String path) throws Exception {
		return this.client.send(request(fake, path), HttpResponse.BodyHandlers.ofByteArray());
	}

	private static HttpRequest request(FakeBedrock fake, String path) {
		return HttpRequest.newBuilder(fake.uri().resolve(path)).POST(HttpRequest.BodyPublishers.ofString("{}")).build();
	}

}
