package dev.sluice.orchestration.generation;

import org.jspecify.annotations.Nullable;

/**
 * An event at its place in a log. Encodings are made once and shared by all readers of
 * the same door.
 */
public final class LoggedEvent {

	/**
	 * How a door writes events. Implementations are singletons: they are compared by
	 * identity.
	 */
	public interface Encoding {

		byte[] encode(LoggedEvent event);

	}

	private record Encoded(Encoding encoding, byte[] bytes, @Nullable Encoded next) {
	}

	private final long sequence;

	private final GenerationEvent event;

	private volatile @Nullable Encoded encoded;

	LoggedEvent(long sequence, GenerationEvent event) {
		this.sequence = sequence;
		this.event = event;
	}

	/** The position in the log; the first event is 1. */
	public long sequence() {
		return this.sequence;
	}

	public GenerationEvent event() {
		return this.event;
	}

	/**
	 * The event as {@code encoding} writes it; not to be changed. Two threads may both
	 * encode, which does no harm.
	 * @param keep whether other readers are likely to want the same bytes
	 */
	public byte[] as(Encoding encoding, boolean keep) {
		for (Encoded known = this.encoded; known != null; known = known.next) {
			if (known.encoding == encoding) {
				return known.bytes;
			}
		}
		byte[] bytes = encoding.encode(this);
		if (keep) {
			this.encoded = new Encoded(encoding, bytes, this.encoded);
		}
		return bytes;
	}

}
