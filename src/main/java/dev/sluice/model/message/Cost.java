package dev.sluice.model.message;

import java.math.BigDecimal;

/**
 * Money.
 *
 * @param amount exact, without zeros at its end
 * @param currency by ISO 4217
 */
public record Cost(BigDecimal amount, String currency) {

	public Cost {
		amount = amount.stripTrailingZeros();
	}

	/** The amount as a plain decimal number. */
	public String plainAmount() {
		return this.amount.toPlainString();
	}

}
