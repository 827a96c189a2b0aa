package dev.sluice.orchestration.generation;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Makes ids that sort by time and cannot be guessed: 48 bits of milliseconds, 16 that
 * count within a millisecond and 64 random ones, written in the alphabet of
 * <a href="https://www.crockford.com/base32.html">Crockford's base 32</a>.
 */
final class GenerationIds {

	private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

	private static final Pattern ID = Pattern.compile("gen_[0-9a-hjkmnp-tv-z]{26}");

	private final SecureRandom random = new SecureRandom();

	/**
	 * The time and the count of the newest id: it only ever rises, so ids of one process
	 * never go back.
	 */
	private long newest;

	String next() {
		long time;
		synchronized (this) {
			this.newest = Math.max(this.newest + 1, System.currentTimeMillis() << 16);
			time = this.newest;
		}
		char[] id = new char[30];
		"gen_".getChars(0, 4, id, 0);
		write(time, id, 4);
		write(this.random.nextLong(), id, 17);
		return new String(id);
	}

	/** Whether it looks like one. */
	static boolean isOne(String text) {
		return ID.matcher(text).matches();
	}

	/** Writes 64 bits as 13 characters, the highest bits first. */
	private static void write(long bits, char[] into, int at) {
		for (int i = 12; i >= 0; i--) {
			into[at + i] = ALPHABET[(int) (bits & 31)];
			bits >>>= 5;
		}
	}

}
