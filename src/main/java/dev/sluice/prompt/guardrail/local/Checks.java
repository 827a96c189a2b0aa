package dev.sluice.prompt.guardrail.local;

/** Check digits. Each takes digits (or letters and digits) without separators. */
final class Checks {

	private static final int[] ABA = { 3, 7, 1 };

	private static final int[] VIN = { 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2 };

	/** What the letters A to Z are worth in a VIN; I, O and Q do not occur. */
	private static final String VIN_LETTERS = "12345678-12345-7-923456789";

	private static final int[] TAXPAYER = { 6, 7, 8, 9, 10, 5, 4, 3, 2 };

	private Checks() {
	}

	static boolean luhn(char[] digits, int count) {
		int sum = 0;
		boolean twice = false;
		for (int index = count - 1; index >= 0; index--) {
			int digit = digits[index] - '0';
			if (twice) {
				digit *= 2;
				digit -= (digit > 9) ? 9 : 0;
			}
			sum += digit;
			twice = !twice;
		}
		return sum % 10 == 0;
	}

	static boolean iban(char[] text, int count) {
		int remainder = 0;
		for (int index = 0; index < count; index++) {
			char letter = text[(index + 4) % count];
			if (letter <= '9') {
				remainder = (remainder * 10 + letter - '0') % 97;
			}
			else {
				remainder = (remainder * 100 + letter - 'A' + 10) % 97;
			}
		}
		return remainder == 1;
	}

	/** An American bank's routing number of nine digits. */
	static boolean routing(char[] digits) {
		int sum = 0;
		for (int index = 0; index < 9; index++) {
			sum += (digits[index] - '0') * ABA[index % 3];
		}
		int district = (digits[0] - '0') * 10 + digits[1] - '0';
		boolean known = district <= 12 || district >= 21 && district <= 32 || district >= 61 && district <= 72
				|| district == 80;
		return known && sum != 0 && sum % 10 == 0;
	}

	static boolean nhs(char[] digits) {
		int sum = 0;
		for (int index = 0; index < 9; index++) {
			sum += (digits[index] - '0') * (10 - index);
		}
		int check = (11 - sum % 11) % 11;
		return sum != 0 && check == digits[9] - '0';
	}

	static boolean taxpayer(char[] digits) {
		int sum = 0;
		for (int index = 0; index < 9; index++) {
			sum += (digits[index + 1] - '0') * TAXPAYER[index];
		}
		return "21987654321".charAt(sum % 11) == digits[0];
	}

	static boolean vin(char[] text) {
		int sum = 0;
		for (int index = 0; index < 17; index++) {
			char letter = text[index];
			int value = ((letter <= '9') ? letter : VIN_LETTERS.charAt(letter - 'A')) - '0';
			sum += value * VIN[index];
		}
		int check = sum % 11;
		return text[8] == ((check == 10) ? 'X' : '0' + check);
	}

	/**
	 * Area, group and serial number that the Social Security Administration gives out.
	 */
	static boolean socialSecurity(char[] digits) {
		int area = number(digits, 0, 3);
		return area != 0 && area != 666 && area < 900 && number(digits, 3, 5) != 0 && number(digits, 5, 9) != 0;
	}

	static boolean individualTaxpayer(char[] digits) {
		int group = number(digits, 3, 5);
		return digits[0] == '9' && (group >= 50 && group <= 65 || group >= 70 && group <= 88
				|| group >= 90 && group <= 92 || group >= 94 && group <= 99);
	}

	static int number(char[] digits, int from, int to) {
		int number = 0;
		for (int index = from; index < to; index++) {
			number = number * 10 + digits[index] - '0';
		}
		return number;
	}

	/**
	 * Whether a card may have this number, and how likely that is: 0 not at all, 1 only
	 * where a card is spoken of, 2 anyhow.
	 */
	static int card(char[] digits, int count) {
		if (count < 12 || count > 19 || !luhn(digits, count)) {
			return 0;
		}
		int one = digits[0] - '0';
		int two = number(digits, 0, 2);
		int three = number(digits, 0, 3);
		int four = number(digits, 0, 4);
		if (one == 4) {
			return (count == 16) ? 2 : (count == 13 || count == 19) ? 1 : 0;
		}
		if (two >= 51 && two <= 55 || four >= 2221 && four <= 2720) {
			return (count == 16) ? 2 : 0;
		}
		if (two == 34 || two == 37) {
			return (count == 15) ? 2 : 0;
		}
		if (three >= 300 && three <= 305 || two == 36 || two == 38 || two == 39 || three == 309) {
			return (count == 14) ? 2 : (count >= 16) ? 1 : 0;
		}
		if (four >= 3528 && four <= 3589 || four >= 2200 && four <= 2204 || four == 6011 || three >= 644 && three <= 649
				|| two == 65 || two == 62 || two == 60 || two == 81 || two == 82 || three == 508) {
			return (count == 16) ? 2 : (count > 16) ? 1 : 0;
		}
		if (two == 50 || two >= 56 && two <= 69) {
			return 1;
		}
		return (one == 1 && count == 15) ? 1 : 0;
	}

}
