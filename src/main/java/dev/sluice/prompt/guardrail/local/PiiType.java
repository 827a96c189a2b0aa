package dev.sluice.prompt.guardrail.local;

import java.util.Locale;
import java.util.Optional;

/**
 * Personal data and secrets that are found here, by Bedrock's names. Bedrock also knows
 * {@code NAME} and {@code ADDRESS}, which no rule of characters can tell; the last three
 * are unknown to it. Of two that cover the same text the earlier one names it.
 */
public enum PiiType {

	AWS_ACCESS_KEY, AWS_SECRET_KEY, CREDIT_DEBIT_CARD_NUMBER, INTERNATIONAL_BANK_ACCOUNT_NUMBER,
	US_SOCIAL_SECURITY_NUMBER, US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER, CA_SOCIAL_INSURANCE_NUMBER, CA_HEALTH_NUMBER,
	UK_NATIONAL_HEALTH_SERVICE_NUMBER, UK_NATIONAL_INSURANCE_NUMBER, UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER,
	US_PASSPORT_NUMBER, DRIVER_ID, US_BANK_ROUTING_NUMBER, US_BANK_ACCOUNT_NUMBER, CREDIT_DEBIT_CARD_CVV,
	CREDIT_DEBIT_CARD_EXPIRY, PIN, SWIFT_CODE, VEHICLE_IDENTIFICATION_NUMBER, LICENSE_PLATE, EMAIL, MAC_ADDRESS,
	IP_ADDRESS, PHONE, AGE, USERNAME, PRIVATE_KEY, JWT, API_KEY, PASSWORD, URL;

	/** The type of that name, in any case. */
	public static Optional<PiiType> named(String name) {
		String wanted = name.strip().toUpperCase(Locale.ROOT);
		for (PiiType type : values()) {
			if (type.name().equals(wanted)) {
				return Optional.of(type);
			}
		}
		return Optional.empty();
	}

	/**
	 * Whether it opens a door, and names what it is part of: a URL with a password in it.
	 */
	boolean secret() {
		return switch (this) {
			case AWS_ACCESS_KEY, AWS_SECRET_KEY, PRIVATE_KEY, JWT, API_KEY, PASSWORD -> true;
			default -> false;
		};
	}

	long bit() {
		return 1L << ordinal();
	}

}
