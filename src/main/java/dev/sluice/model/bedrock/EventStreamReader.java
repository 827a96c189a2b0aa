package dev.sluice.model.bedrock;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of {@code application/vnd.amazon.eventstream}, whose numbers are big
 * endian: <pre>
 * total length 4 | headers' length 4 | CRC-32 of these 8 | headers | payload | CRC-32 of all before
 * </pre>
 *
 * @see <a href= "https://smithy.io/2.0/aws/amazon-eventstream.html">Amazon Event Stream
 * Specification</a>
 */
final class EventStreamReader {

	private static final int PRELUDE = 12;

	private static final int CHECKSUM = 4;

	private static final int MAX_HEADERS = 131_072;

	private static final int MAX_PAYLOAD = 25_165_824;

	private final InputStream in;

	private final EventFrame frame = new EventFrame();

	private final CRC32 crc = new CRC32();

	private byte[] buffer = new byte[8192];

	private int start;

	private int end;

	/** The length of the frame at {@code start}, or 0 until its prelude is there. */
	private int length;

	EventStreamReader(InputStream in) {
		this.in = in;
	}

	/** Whether the next frame can be had without waiting for the network. */
	boolean ready() throws IOException {
		while (!complete()) {
			if (this.in.available() <= 0 || !fill()) {
				return false;
			}
		}
		return true;
	}

	/**
	 * The next frame, or nothing at the end of the stream. It is overwritten by the next
	 * call.
	 * @throws EOFException if the stream ends inside of a frame
	 * @throws ModelException if a frame is broken
	 */
	@Nullable EventFrame next() throws IOException {
		while (!complete()) {
			if (!fill()) {
				if (this.start == this.end) {
					return null;
				}
				throw new EOFException("The stream ends inside of a frame");
			}
		}
		int checked = this.length - CHECKSUM;
		check(checked, this.start + checked);
		int headersLength = int32(this.start + 4);
		this.frame.set(this.buffer, this.start + PRELUDE, headersLength, checked - PRELUDE - headersLength);
		this.start += this.length;
		this.length = 0;
		return this.frame;
	}

	private boolean complete() {
		int available = this.end - this.start;
		if (this.length == 0 && available >= PRELUDE) {
			check(PRELUDE - CHECKSUM, this.start + PRELUDE - CHECKSUM);
			this.length = boundedLength(int32(this.start), int32(this.start + 4));
		}
		return this.length > 0 && available >= this.length;
	}

	private static int boundedLength(int total, int headers) {
		long payload = (long) total - headers - PRELUDE - CHECKSUM;
		if (headers < 0 || headers > MAX_HEADERS || payload < 0 || payload > MAX_PAYLOAD) {
			throw new ModelException(Reason.BROKEN, "The stream has a frame of an impossible length");
		}
		return total;
	}

	private void check(int covered, int checksum) {
		this.crc.reset();
		this.crc.update(this.buffer, this.start, covered);
		if ((int) this.crc.getValue() != int32(checksum)) {
			throw new ModelException(Reason.BROKEN, "The stream has a frame with a wrong checksum");
		}
	}

	/** Reads what there is, or waits for it. */
	private boolean fill() throws IOException {
		if (this.start == this.end) {
			this.start = 0;
			this.end = 0;
		}
		else if (this.end == this.buffer.length) {
			int unread = this.end - this.start;
			// Grows with what has really come, not with what a frame announces.
			byte[] target = (unread > this.buffer.length / 2) ? new byte[2 * this.buffer.length] : this.buffer;
			System.arraycopy(this.buffer, this.start, target, 0, unread);
			this.buffer = target;
			this.start = 0;
			this.end = unread;
		}
		int read = this.in.read(this.buffer, this.end, this.buffer.length - this.end);
		this.end += Math.max(0, read);
		return read >= 0;
	}

	private int int32(int position) {
		return (this.buffer[position] & 0xff) << 24 | (this.buffer[position + 1] & 0xff) << 16
				| (this.buffer[position + 2] & 0xff) << 8 | this.buffer[position + 3] & 0xff;
	}

}
