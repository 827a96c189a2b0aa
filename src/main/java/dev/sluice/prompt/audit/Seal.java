package dev.sluice.prompt.audit;

import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.SecretKey;

import org.jspecify.annotations.Nullable;

/**
 * Makes the hash that links a record to the next: SHA-256, or HMAC-SHA-256 where there is
 * a key. Each record names its kind of seal, so a key may be set or changed at any time.
 */
final class Seal {

	static final String PLAIN = "sha-256";

	private static final String KEYED = "hmac-sha-256:";

	private final String name;

	private final Map<String, SecretKey> keys = new HashMap<>();

	Seal(AuditProperties properties) {
		properties.formerKeys().forEach(this::add);
		this.name = (properties.key() != null) ? add(properties.key()) : PLAIN;
	}

	private String add(SealingKey key) {
		String name = KEYED + key.fingerprint();
		this.keys.put(name, key.toMacKey());
		return name;
	}

	/** The kind of the seals that are made now. */
	String name() {
		return this.name;
	}

	/** Whether the seals that are made now need a key. */
	boolean isKeyed() {
		return !this.name.equals(PLAIN);
	}

	/** The hash of a record. */
	byte[] hash(byte[] record) {
		byte[] hash = hash(this.name, record);
		if (hash == null) {
			throw new IllegalStateException("There is no key for " + this.name);
		}
		return hash;
	}

	/** The hash by a kind of seal, {@code null} if its key is not known. */
	byte @Nullable [] hash(String name, byte[] record) {
		if (name.equals(PLAIN)) {
			return Hashes.sha256().digest(record);
		}
		SecretKey key = this.keys.get(name);
		if (key == null) {
			return null;
		}
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(key);
			return mac.doFinal(record);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
