package dev.sluice.model.bedrock;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.sluice.testing.RecordedRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Signs a request again as the service would, to see whether its signature is right.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create
 * a signed AWS API request</a>
 */
record SignatureV4(String scope, String signedHeaders, String signature) {

	private static final Pattern AUTHORIZATION = Pattern
		.compile("AWS4-HMAC-SHA256 Credential=[^/]+/(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})");

	static SignatureV4 of(RecordedRequest request) {
		Matcher matcher = AUTHORIZATION.matcher(String.valueOf(request.header("authorization")));
		if (!matcher.matches()) {
			throw new AssertionError("No signature in " + request.headers());
		}
		return new SignatureV4(matcher.group(1), matcher.group(2), matcher.group(3));
	}

	String expected(RecordedRequest request, String secret) throws GeneralSecurityException {
		String[] scope = this.scope.split("/");
		String path = Arrays.stream(URI.create(request.path()).normalize().getRawPath().split("/", -1))
			.map(SdkHttpUtils::urlEncode)
			.collect(Collectors.joining("/"));
		String headers = Arrays.stream(this.signedHeaders.split(";"))
			.map((name) -> name + ":" + request.header(name) + "\n")
			.collect(Collectors.joining());
		String canonical = String.join("\n", request.method(), path, "", headers, this.signedHeaders,
				hex(sha256(request.body())));
		String toSign = String.join("\n", "AWS4-HMAC-SHA256", request.header("x-amz-date"), this.scope,
				hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
		byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
		for (String part : scope) {
			key = hmac(key, part);
		}
		return hex(hmac(key, toSign));
	}

	private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
		return MessageDigest.getInstance("SHA-256").digest(bytes);
	}

	private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(key, "HmacSHA256"));
		return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

}
