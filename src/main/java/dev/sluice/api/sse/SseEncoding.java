package dev.sluice.api.sse;

import java.nio.charset.StandardCharsets;

import dev.sluice.api.GenerationJson;
import dev.sluice.orchestration.generation.GenerationEvent;
import dev.sluice.orchestration.generation.LoggedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes an event as
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent
 * event</a>.
 */
final class SseEncoding implements LoggedEvent.Encoding {

	static final SseEncoding INSTANCE = new SseEncoding();

	/** Keeps a silent stream alive and means nothing. */
	static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] DELTA = "\nevent: delta\ndata: {\"text\":\"".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] DELTA_END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

	private SseEncoding() {
	}

	@Override
	public byte[] encode(LoggedEvent logged) {
		byte[] id = Long.toString(logged.sequence()).getBytes(StandardCharsets.US_ASCII);
		if (logged.event() instanceof GenerationEvent.Delta(String text)) {
			byte[] quoted = quote(text);
			if (quoted != null) {
				return concat(ID, id, DELTA, quoted, DELTA_END);
			}
		}
		byte[] type = ("\nevent: " + GenerationJson.typeOf(logged.event()) + "\ndata: ")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] data = GenerationJson.object((json) -> GenerationJson.writeFields(json, logged.event()));
		return concat(ID, id, type, onOneLine(data), END);
	}

	/** Nothing if the text has half a surrogate pair, which has no UTF-8. */
	private static byte @Nullable [] quote(String text) {
		try {
			return JsonStringEncoder.getInstance().quoteAsUTF8(text);
		}
		catch (IllegalArgumentException _) {
			return null;
		}
	}

	/**
	 * JSON of a provider may be broken into lines, which would end the data; in valid
	 * JSON they are but blanks.
	 */
	private static byte[] onOneLine(byte[] json) {
		for (int i = 0; i < json.length; i++) {
			if (json[i] == '\n' || json[i] == '\r') {
				json[i] = ' ';
			}
		}
		return json;
	}

	private static byte[] concat(byte[]... parts) {
		int length = 0;
		for (byte[] part : parts) {
			length += part.length;
		}
		byte[] whole = new byte[length];
		int at = 0;
		for (byte[] part : parts) {
			System.arraycopy(part, 0, whole, at, part.length);
			at += part.length;
		}
		return whole;
	}

}
