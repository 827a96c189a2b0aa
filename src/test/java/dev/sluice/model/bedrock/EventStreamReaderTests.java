package dev.sluice.model.bedrock;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.testing.FakeFrames;
import dev.sluice.testing.RecordingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.eventstream.HeaderValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EventStreamReaderTests {

	private static final byte[] FRAME = FakeFrames.event("contentBlockDelta",
			"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"hi\"}}");

	@Test
	void readsFramesHoweverTheyArrive() throws IOException {
		ByteArrayOutputStream stream = new ByteArrayOutputStream();
		List<String> sent = new ArrayList<>();
		Random random = new Random(42);
		for (int i = 0; i < 200; i++) {
			String type = "type" + i;
			sent.add(type);
			stream.writeBytes(FakeFrames.event(type, "\"" + "x".repeat(random.nextInt(20_000)) + "\""));
		}

		for (int most : new int[] { 1, 13, 4096, Integer.MAX_VALUE }) {
			EventStreamReader reader = new EventStreamReader(new Trickle(stream.toByteArray(), most, random));
			List<String> read = new ArrayList<>();
			for (EventFrame frame = reader.next(); frame != null; frame = reader.next()) {
				read.add(frame.type());
			}
			assertThat(read).isEqualTo(sent);
		}
	}

	@Test
	void isReadyOnlyIfAWholeFrameIsThere() throws IOException {
		byte[] three = concat(FRAME, FRAME, FRAME);
		Arriving in = new Arriving(three);
		EventStreamReader reader = new EventStreamReader(in);

		assertThat(reader.ready()).isFalse();
		in.arrived = 2 * FRAME.length - 1;
		assertThat(reader.ready()).isTrue();
		reader.next();
		assertThat(reader.ready()).isFalse();
		in.arrived = three.length;
		assertThat(reader.ready()).isTrue();
		reader.next();
		reader.next();
		assertThat(reader.ready()).isFalse();
		assertThat(reader.next()).isNull();
	}

	@Test
	void skipsHeadersOfAllTypes() throws IOException {
		Map<String, HeaderValue> headers = new LinkedHashMap<>();
		headers.put("true", HeaderValue.fromBoolean(true));
		headers.put("false", HeaderValue.fromBoolean(false));
		headers.put("int", HeaderValue.fromInteger(1));
		headers.put("long", HeaderValue.fromLong(1));
		headers.put("bytes", HeaderValue.fromByteArray(new byte[300]));
		headers.put("string", HeaderValue.fromString("x"));
		headers.put("timestamp", HeaderValue.fromTimestamp(Instant.EPOCH));
		headers.put("uuid", HeaderValue.fromUuid(UUID.randomUUID()));
		headers.put(":event-type", HeaderValue.fromString("last"));

		EventFrame frame = reader(FakeFrames.frame(headers, new byte[0])).next();

		assertThat(frame.type()).isEqualTo("last");
		assertThat(frame.isEvent()).isTrue();
	}

	/** The library that encodes the others writes these two without their values. */
	@Test
	void skipsHeadersOfBytesAndShorts() throws IOException {
		byte[] headers = concat(new byte[] { 1, 'b', 2, 42, 1, 's', 3, 0, 42, 11 }, EventFrame.ascii(":event-type"),
				new byte[] { 7, 0, 1, 'x' });

		assertThat(reader(framed(headers)).next().type()).isEqualTo("x");
	}

	@Test
	void readsARealException() throws IOException {
		byte[] bytes = HexFormat.of()
			.parseHex("0000008000000061ee713e350f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074"
					+ "696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970"
					+ "65070009657863657074696f6e7b226d657373616765223a2278227dba01546f");

		EventFrame frame = reader(bytes).next();

		assertThat(frame.isEvent()).isFalse();
		assertThat(frame.type()).isEqualTo("throttlingException");
		assertBroken(bytes, Reason.THROTTLED);
	}

	@Test
	void notesEveryFlippedBit() {
		for (int bit = 0; bit < FRAME.length * 8; bit++) {
			byte[] flipped = FRAME.clone();
			flipped[bit / 8] ^= (byte) (1 << bit % 8);

			assertBroken(flipped, Reason.BROKEN);
		}
	}

	@ParameterizedTest
	@CsvSource({ "15, 0", "16, 1", "-1, 0", "100, -1", "2147483647, 0", "131090, 131073", "25165841, 0" })
	void refusesImpossibleLengths(int total, int headers) {
		ByteBuffer prelude = ByteBuffer.allocate(100).putInt(total).putInt(headers);
		CRC32 crc = new CRC32();
		crc.update(prelude.array(), 0, 8);
		prelude.putInt((int) crc.getValue());

		assertBroken(prelude.array(), Reason.BROKEN);
	}

	@Test
	void refusesUnreadableHeaders() {
		assertBroken(framed(new byte[] { 5, 'a' }), Reason.BROKEN);
		assertBroken(framed(new byte[] { 1, 'a', 10 }), Reason.BROKEN);
		assertBroken(framed(new byte[] { 1, 'a', -1 }), Reason.BROKEN);
		assertBroken(framed(new byte[] { 1, 'a', 7, 127, 127, 'x' }), Reason.BROKEN);
		assertBroken(framed(new byte[] { 1, 'a', 5, 0 }), Reason.BROKEN);
		assertBroken(framed(new byte[] { -1 }), Reason.BROKEN);
	}

	@Test
	void failsWhereverTheStreamIsCut() throws IOException {
		byte[] stream = concat(FakeFrames.event("messageStart", "{\"role\":\"assistant\"}"), FRAME,
				FakeFrames.event("contentBlockStop", "{\"contentBlockIndex\":0}"),
				FakeFrames.event("messageStop", "{\"stopReason\":\"end_turn\"}"),
				FakeFrames.event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1}}"));

		for (int length = 0; length < stream.length; length++) {
			byte[] cut = Arrays.copyOf(stream, length);
			assertThatExceptionOfType(EOFException.class).isThrownBy(() -> relay(cut));
		}
		assertThat(relay(stream).events()).hasSize(2);
	}

	private static RecordingSink relay(byte[] stream) throws IOException {
		RecordingSink sink = new RecordingSink();
		new ConverseStream(sink, CallScope.lasting(Duration.ofMinutes(1))).relay(new ByteArrayInputStream(stream));
		return sink;
	}

	private static void assertBroken(byte[] stream, Reason reason) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> relay(stream)).satisfies((ex) -> {
			// A flipped length may ask for more than there is, before its checksum is
			// there.
			if (!(ex instanceof EOFException)) {
				assertThat(ex).isInstanceOfSatisfying(ModelException.class,
						(failure) -> assertThat(failure.reason()).isEqualTo(reason));
			}
		});
	}

	private static EventStreamReader reader(byte[] stream) {
		return new EventStreamReader(new ByteArrayInputStream(stream));
	}

	/** A frame with right checksums around whatever headers. */
	private static byte[] framed(byte[] headers) {
		ByteBuffer frame = ByteBuffer.allocate(headers.length + 16).putInt(headers.length + 16).putInt(headers.length);
		CRC32 crc = new CRC32();
		crc.update(frame.array(), 0, 8);
		frame.putInt((int) crc.getValue()).put(headers);
		crc.reset();
		crc.update(frame.array(), 0, frame.position());
		return frame.putInt((int) crc.getValue()).array();
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

	/** Gives at most so many bytes a read. */
	private static final class Trickle extends InputStream {

		private final InputStream in;

		private final int most;

		private final Random random;

		Trickle(byte[] bytes, int most, Random random) {
			this.in = new ByteArrayInputStream(bytes);
			this.most = most;
			this.random = random;
		}

		@Override
		public int read() throws IOException {
			return this.in.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return this.in.read(target, offset, Math.min(length, this.random.nextInt(this.most) + 1));
		}

	}

	/** Bytes of which only some have arrived; reading them would block, so it fails. */
	private static final class Arriving extends ByteArrayInputStream {

		private int arrived;

		Arriving(byte[] bytes) {
			super(bytes);
		}

		@Override
		public int available() {
			return this.arrived - this.pos;
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			assertThat(this.arrived - this.pos > 0 || this.pos == this.count).as("Does not block").isTrue();
			return super.read(target, offset, Math.min(length, Math.max(1, this.arrived - this.pos)));
		}

	}

}
