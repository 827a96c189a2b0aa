package dev.sluice.prompt.audit;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Where a chain stands: its writer, and the number and the hash of its last record; 0 and
 * {@link Hashes#NONE} before the first.
 */
record Head(String writer, long sequence, String hash) {

	static final int WRITER_LENGTH = 20;

	private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

	/** Characters of a writer's id that hold when it began. */
	private static final int TIME_LENGTH = 10;

	/** The head of a new chain, by a writer whose id sorts by when it began. */
	static Head begin(Instant now) {
		StringBuilder writer = new StringBuilder(time(now));
		SecureRandom random = new SecureRandom();
		while (writer.length() < WRITER_LENGTH) {
			writer.append(ALPHABET.charAt(random.nextInt(32)));
		}
		return new Head(writer.toString(), 0, Hashes.NONE);
	}

	/** What the ids of writers that begin at a time begin with. */
	static String time(Instant instant) {
		long millis = instant.toEpochMilli();
		char[] time = new char[TIME_LENGTH];
		for (int i = TIME_LENGTH - 1; i >= 0; i--) {
			time[i] = ALPHABET.charAt((int) (millis & 31));
			millis >>>= 5;
		}
		return new String(time);
	}

	static boolean isWriter(String text) {
		return text.length() == WRITER_LENGTH && text.chars().allMatch((letter) -> ALPHABET.indexOf(letter) >= 0);
	}

}
