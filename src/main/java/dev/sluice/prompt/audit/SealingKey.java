package dev.sluice.prompt.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A secret that seals records. It never shows itself, only a fingerprint. */
final class SealingKey {

	private static final int SHORTEST = 32;

	private final byte[] secret;

	private final int length;

	/** Public for the binding of settings. */
	public SealingKey(String secret) {
		this.secret = secret.getBytes(StandardCharsets.UTF_8);
		this.length = secret.length();
	}

	/**
	 * Refuses a key that could be guessed. The binding of settings does not, as its
	 * failures quote the value.
	 */
	void check() {
		if (this.length < SHORTEST) {
			throw new IllegalArgumentException(
					"sluice.audit.key and former-keys must have at least " + SHORTEST + " characters");
		}
	}

	SecretKey toMacKey() {
		return new SecretKeySpec(this.secret, "HmacSHA256");
	}

	/** Tells keys apart, and nothing about them. */
	String fingerprint() {
		MessageDigest digest = Hashes.sha256();
		digest.update("sluice-audit-key:".getBytes(StandardCharsets.UTF_8));
		return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(this.secret), 8));
	}

	@Override
	public String toString() {
		return "******";
	}

}
