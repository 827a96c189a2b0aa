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

	/** Public for the binding of settings. */
	public SealingKey(String secret) {
		if (secret.length() < SHORTEST) {
			throw new IllegalArgumentException(
					"sluice.audit.key and former-keys must have at least " + SHORTEST + " characters");
		}
		this.secret = secret.getBytes(StandardCharsets.UTF_8);
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
