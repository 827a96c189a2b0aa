package dev.sluice.benchmarks.driver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NumberedEventReaderTests {

	private static final String STREAM = """
			id: 1
			event: started
			data: {"id":"gen_1"}

			: keep-alive

			id: 2
			event: delta
			data: {"text":"ab"}

			id:3
			event:delta
			data:{"text":"cd"}

			id: 4
			event: completed
			data: {"finishReason":"end_turn"}

			""";

	private final List<Long> deltas = new ArrayList<>();

	private final BodyReader reader = new NumberedEventReader("abcd".getBytes(StandardCharsets.US_ASCII), 2,
			this.deltas::add);

	@Test
	void acceptsAWholeStreamHoweverItIsCut() {
		for (int size = 1; size <= STREAM.length(); size++) {
			this.deltas.clear();
			assertThat(read(STREAM, size)).as("in pieces of %d", size).isNull();
			assertThat(this.deltas).hasSize(2);
		}
	}

	@Test
	void seesWhatIsMissing() {
		assertThat(read(STREAM.substring(0, STREAM.indexOf("id: 4")), 7)).isEqualTo("cut after event 3");
		assertThat(read(STREAM.replace("id:3", "id:4"), 7)).isEqualTo("event 4 after 2");
		assertThat(read(STREAM.replace("id:3", "id:2"), 7)).isEqualTo("event 2 after 2");
		assertThat(read(STREAM.replace("cd", "xd"), 7)).isEqualTo("other text than expected at character 2");
		assertThat(read(STREAM.replace("event: completed", "event: failed"), 7)).startsWith("ended with data:");
		assertThat(read(STREAM + STREAM.substring(STREAM.indexOf("id: 4")), 7)).isEqualTo("event 4 after 4");
	}

	private String read(String stream, int size) {
		byte[] bytes = stream.getBytes(StandardCharsets.US_ASCII);
		this.reader.start();
		for (int at = 0; at < bytes.length; at += size) {
			this.reader.read(bytes, at, Math.min(at + size, bytes.length), at);
		}
		return this.reader.end();
	}

}
