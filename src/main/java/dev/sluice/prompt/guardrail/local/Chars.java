package dev.sluice.prompt.guardrail.local;

/** Kinds of characters. */
final class Chars {

	static final int LOWER = 1;

	static final int UPPER = 2;

	static final int DIGIT = 4;

	/** Ends a word of prose for good: nothing that is looked for goes on after it. */
	static final int PLAIN = 8;

	static final int SPACE = 16;

	static final int HEX = 32;

	private static final byte[] KINDS = new byte[128];

	static {
		for (char c = 0; c < 128; c++) {
			int kind = 0;
			kind |= (c >= 'a' && c <= 'z') ? LOWER : 0;
			kind |= (c >= 'A' && c <= 'Z') ? UPPER : 0;
			kind |= (c >= '0' && c <= '9') ? DIGIT : 0;
			kind |= (c == ' ' || c >= 9 && c <= 13) ? SPACE | PLAIN : 0;
			kind |= (",;!?)]}\"`<>*|~^$#\\".indexOf(c) >= 0) ? PLAIN : 0;
			kind |= (c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') ? HEX : 0;
			KINDS[c] = (byte) kind;
		}
	}

	private Chars() {
	}

	static int kind(char c) {
		return (c < 128) ? KINDS[c] : beyond(c);
	}

	private static int beyond(char c) {
		if (unspaced(c)) {
			return 0;
		}
		if (Character.isLetter(c)) {
			return Character.isUpperCase(c) ? UPPER : LOWER;
		}
		return (c == 0xA0 || c >= 0x2000 && c <= 0x200A || c == 0x202F || c == 0x3000) ? SPACE : 0;
	}

	/**
	 * Of a script that does not part its words, so that anything may stand right behind.
	 */
	private static boolean unspaced(char c) {
		return c >= 0x2E80 && c <= 0xA4CF && c != 0x3000 || c >= 0xAC00 && c <= 0xD7AF || c >= 0xF900 && c <= 0xFAFF
				|| c >= 0x0E00 && c <= 0x0EFF;
	}

	static boolean is(char c, int kinds) {
		return (kind(c) & kinds) != 0;
	}

	static boolean digit(char c) {
		return c >= '0' && c <= '9';
	}

	static boolean upper(char c) {
		return c >= 'A' && c <= 'Z';
	}

	static boolean latin(char c) {
		return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
	}

	static boolean letter(char c) {
		return is(c, LOWER | UPPER);
	}

	static boolean word(char c) {
		return is(c, LOWER | UPPER | DIGIT);
	}

	static boolean space(char c) {
		return is(c, SPACE);
	}

	static boolean hex(char c) {
		return c < 128 && (KINDS[c] & HEX) != 0;
	}

	/** Of base64 in either of its alphabets. */
	static boolean token(char c) {
		return c < 128 && ((KINDS[c] & (LOWER | UPPER | DIGIT)) != 0 || c == '_' || c == '-');
	}

	static boolean base64(char c) {
		return c < 128 && ((KINDS[c] & (LOWER | UPPER | DIGIT)) != 0 || c == '+' || c == '/' || c == '=');
	}

}
