package dev.sluice.benchmarks.standin;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one HTTP/1.1 request at a time: keeps its first line, skips its body. Knows
 * Content-Length and Expect, no chunked bodies and no pipelining, which none of the
 * clients measured here use.
 */
final class RequestReader {

	enum Progress {

		MORE, CONTINUE, DONE, UNREADABLE

	}

	private static final byte[] CONTENT_LENGTH = ascii("content-length:");

	private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding:");

	private static final byte[] EXPECT = ascii("expect:");

	private static final int MAX_HEAD = 64 * 1024;

	/** A head that did not come in one piece. */
	private byte[] partial;

	private long missingBody;

	/** Request target of the request that is done, as {@code /model/x/converse}. */
	String path;

	Progress read(byte[] bytes, int length) {
		if (this.missingBody > 0) {
			this.missingBody -= length;
			return progress();
		}
		byte[] head = bytes;
		int end = length;
		if (this.partial != null) {
			head = Arrays.copyOf(this.partial, this.partial.length + length);
			System.arraycopy(bytes, 0, head, this.partial.length, length);
			end = head.length;
		}
		int body = bodyStart(head, end);
		if (body < 0) {
			this.partial = (head != bytes) ? head : Arrays.copyOf(bytes, length);
			return (end > MAX_HEAD) ? Progress.UNREADABLE : Progress.MORE;
		}
		this.partial = null;
		return head(head, body, end);
	}

	private Progress head(byte[] head, int body, int end) {
		int lineEnd = indexOf(head, 0, body, '\r');
		int from = indexOf(head, 0, lineEnd, ' ') + 1;
		int to = indexOf(head, from, lineEnd, ' ');
		if (from == 0 || to < 0) {
			return Progress.UNREADABLE;
		}
		this.path = new String(head, from, to - from, StandardCharsets.ISO_8859_1);
		boolean expects = false;
		long contentLength = 0;
		for (int line = lineEnd + 2; line < body - 2; line = indexOf(head, line, body, '\r') + 2) {
			if (startsWith(head, line, CONTENT_LENGTH)) {
				contentLength = number(head, line + CONTENT_LENGTH.length);
			}
			else if (startsWith(head, line, TRANSFER_ENCODING)) {
				return Progress.UNREADABLE;
			}
			else if (startsWith(head, line, EXPECT)) {
				expects = true;
			}
		}
		this.missingBody = contentLength - (end - body);
		return (expects && this.missingBody > 0) ? Progress.CONTINUE : progress();
	}

	private Progress progress() {
		if (this.missingBody < 0) {
			return Progress.UNREADABLE;
		}
		return (this.missingBody == 0) ? Progress.DONE : Progress.MORE;
	}

	private static int bodyStart(byte[] bytes, int end) {
		for (int i = 3; i < end; i++) {
			if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
				return i + 1;
			}
		}
		return -1;
	}

	private static int indexOf(byte[] bytes, int from, int to, char wanted) {
		for (int i = from; i < to; i++) {
			if (bytes[i] == wanted) {
				return i;
			}
		}
		return -1;
	}

	private static boolean startsWith(byte[] bytes, int at, byte[] lowerCase) {
		for (int i = 0; i < lowerCase.length; i++) {
			if (at + i >= bytes.length || (bytes[at + i] | 0x20) != (lowerCase[i] | 0x20)) {
				return false;
			}
		}
		return true;
	}

	private static long number(byte[] bytes, int at) {
		long number = 0;
		for (int i = at; bytes[i] != '\r'; i++) {
			if (bytes[i] >= '0' && bytes[i] <= '9') {
				number = number * 10 + bytes[i] - '0';
			}
		}
		return number;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
