package dev.sluice.model.bedrock;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.apache.hc.core5.http.HttpMessage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Signs a POST of JSON by AWS Signature Version 4. The SDK's signer can do more and takes
 * a tenth of a synchronous call; this one keeps the day's key and the shape of the only
 * request there is.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create
 * a signed AWS API request</a>
 */
final class SigV4 {

	private static final String ALGORITHM = "AWS4-HMAC-SHA256";

	private static final String SERVICE = "bedrock";

	private static final String HMAC = "HmacSHA256";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	/** A day's key of one secret; the Mac is only ever cloned. */
	private record DayKey(String secret, String day, Mac mac) {
	}

	private final String region;

	private volatile @Nullable DayKey newest;

	SigV4(String region) {
		this.region = region;
	}

	/**
	 * Adds the headers that prove who sends the message.
	 * @param host the value of the message's Host header
	 * @param path the path, its segments encoded once more
	 */
	void sign(HttpMessage message, String host, String path, byte[] body, AwsCredentials credentials, Instant now) {
		String time = TIME.format(now);
		String day = time.substring(0, 8);
		String hash = sha256(body);
		StringBuilder canonical = new StringBuilder(512).append("POST\n").append(path).append("\n\n");
		canonical.append("content-type:application/json\nhost:").append(host);
		canonical.append("\nx-amz-content-sha256:").append(hash).append("\nx-amz-date:").append(time).append('\n');
		String signed = "content-type;host;x-amz-content-sha256;x-amz-date";
		if (credentials instanceof AwsSessionCredentials session) {
			canonical.append("x-amz-security-token:").append(session.sessionToken().strip()).append('\n');
			signed += ";x-amz-security-token";
			message.addHeader("X-Amz-Security-Token", session.sessionToken());
		}
		canonical.append('\n').append(signed).append('\n').append(hash);
		String scope = day + "/" + this.region + "/" + SERVICE + "/aws4_request";
		String toSign = ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256(bytes(canonical.toString()));
		String signature = HexFormat.of().formatHex(mac(credentials.secretAccessKey(), day).doFinal(bytes(toSign)));
		message.addHeader("X-Amz-Date", time);
		message.addHeader("x-amz-content-sha256", hash);
		message.addHeader("Authorization", ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope
				+ ", SignedHeaders=" + signed + ", Signature=" + signature);
	}

	private Mac mac(String secret, String day) {
		try {
			DayKey key = this.newest;
			if (key == null || !key.day.equals(day) || !key.secret.equals(secret)) {
				byte[] derived = bytes("AWS4" + secret);
				for (String part : new String[] { day, this.region, SERVICE, "aws4_request" }) {
					derived = macOf(derived).doFinal(bytes(part));
				}
				key = new DayKey(secret, day, macOf(derived));
				this.newest = key;
			}
			return (Mac) key.mac.clone();
		}
		catch (GeneralSecurityException | CloneNotSupportedException ex) {
			throw new IllegalStateException("Every JDK has " + HMAC, ex);
		}
	}

	private static Mac macOf(byte[] key) throws GeneralSecurityException {
		Mac mac = Mac.getInstance(HMAC);
		mac.init(new SecretKeySpec(key, HMAC));
		return mac;
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JDK has SHA-256", ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
