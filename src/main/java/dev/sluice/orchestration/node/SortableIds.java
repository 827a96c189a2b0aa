package dev.sluice.orchestration.node;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Makes ids that sort by time and cannot be guessed: 48 bits of milliseconds, 16 that
 * count within a millisecond and 64 random ones, written in the alphabet of
 * <a href="https://www.crockford.com/base32.html">Crockford's base 32</a>.
 */
public final class SortableIds {

	private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

	private static final Pattern BITS = Pattern.compile("[0-9a-hjkmnp-tv-z]{26}");

	private final String prefix;

	private final SecureRandom random = new SecureRandom();

	/**
	 * The time and the count of the newest id: it only ever rises, so ids of one process
	 * never go back.
	 */
	private long newest;

	/** Ids that all begin alike. */
	public SortableIds(String prefix) {
		this.prefix = prefix;
	}

	public String next() {
		long time;
		synchronized (this) {
			this.newest = Math.max(this.newest + 1, System.currentTimeMillis() << 16);
			time = this.newest;
		}
		int start = this.prefix.length();
		char[] id = new char[start + 26];
		this.prefix.getChars(0, start, id, 0);
		write(time, id, start);
		write(this.random.nextLong(), id, start + 13);
		return new String(id);
	}

	/** Whether it looks like one. */
	public boolean isOne(String text) {
		return text.startsWith(this.prefix) && BITS.matcher(text.substring(this.prefix.length())).matches();
	}

	/** Writes 64 bits as 13 characters, the highest bits first. */
	private static void write(long bits, char[] into, int at) {
		for (int i = 12; i >= 0; i--) {
			into[at + i] = ALPHABET[(int) (bits & 31)];
			bits >>>= 5;
		}
	}

}
