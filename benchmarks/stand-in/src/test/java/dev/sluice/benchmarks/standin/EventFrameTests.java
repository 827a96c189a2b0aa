package dev.sluice.benchmarks.standin;

import java.nio.ByteBuffer;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EventFrameTests {

	@Test
	void layoutAndChecksumsAreThoseOfTheEventStream() {
		byte[] frame = EventFrame.encode("messageStop", "{\"stopReason\":\"end_turn\"}");
		ByteBuffer buffer = ByteBuffer.wrap(frame);
		assertThat(buffer.getInt()).isEqualTo(frame.length);
		assertThat(buffer.getInt()).isEqualTo(81);
		assertThat(buffer.getInt()).isEqualTo(EventFrame.crc(frame, 8));
		assertThat(new String(frame, 12 + 81, frame.length - 16 - 81)).isEqualTo("{\"stopReason\":\"end_turn\"}");
		assertThat(buffer.getInt(frame.length - 4)).isEqualTo(EventFrame.crc(frame, frame.length - 4));
	}

	@Test
	void headersAreWrittenAsBedrockWritesThem() {
		byte[] frame = EventFrame.encode("metadata", "{}");
		assertThat(HexFormat.of().formatHex(frame, 12, 12 + 26))
			.isEqualTo("0b3a6576656e742d74797065" + "070008" + "6d65746164617461" + "0d3a63");
	}

}
