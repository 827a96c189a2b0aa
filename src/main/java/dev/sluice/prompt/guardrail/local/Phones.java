package dev.sluice.prompt.guardrail.local;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

import org.jspecify.annotations.Nullable;

/**
 * What libphonenumber says; asked only for what already looks like a telephone number.
 */
final class Phones {

	/** Where a number is written with a zero in front of the area. */
	private static final String[] TRUNK_ZERO = { "GB", "DE", "FR", "AU", "NL", "BE", "CH", "AT", "IT", "SE", "JP", "IE",
			"IN", "ZA", "NZ", "KR", "CN", "TR", "IL", "FI", "GR", "RO", "TH", "ID", "MY", "NG", "EG", "BR", "GG", "JE",
			"IM" };

	/** Where it is dialled as it is. */
	private static final String[] NO_TRUNK = { "US", "ES", "PT", "PL", "IT", "NO", "DK", "CZ", "IN", "BR", "MX", "CN",
			"SG", "HK", "GR", "CA", "CO", "AR", "CL", "PE", "RU" };

	private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

	private Phones() {
	}

	/** A number with its country in front. */
	static boolean international(String digits) {
		PhoneNumber number = parse("+" + digits, "ZZ");
		return number != null && NUMBERS.isPossibleNumber(number);
	}

	static boolean national(String digits, boolean mobile) {
		for (String region : (digits.charAt(0) == '0') ? TRUNK_ZERO : NO_TRUNK) {
			PhoneNumber number = parse(digits, region);
			if (number != null && NUMBERS.isValidNumberForRegion(number, region)) {
				PhoneNumberType type = mobile ? NUMBERS.getNumberType(number) : PhoneNumberType.MOBILE;
				if (type == PhoneNumberType.MOBILE) {
					return true;
				}
			}
		}
		return false;
	}

	private static @Nullable PhoneNumber parse(String digits, String region) {
		try {
			return NUMBERS.parse(digits, region);
		}
		catch (NumberParseException ex) {
			return null;
		}
	}

}
