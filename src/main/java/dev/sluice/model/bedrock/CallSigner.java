package dev.sluice.model.bedrock;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.hc.core5.http.HttpMessage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Gives a call the headers that the SDK would give it, and its signature. */
final class CallSigner {

	private final SigV4 signer;

	private final AwsCredentialsProvider credentials;

	private final String host;

	private final @Nullable String bearerToken;

	private CallSigner(AwsCredentialsProvider credentials, BedrockEndpoint endpoint, @Nullable String bearerToken) {
		this.credentials = credentials;
		this.signer = new SigV4(endpoint.region().id());
		this.host = hostOf(endpoint.uri());
		this.bearerToken = bearerToken;
	}

	static CallSigner of(BedrockEndpoint endpoint) {
		return new CallSigner(endpoint.credentials(), endpoint, bearerToken());
	}

	void sign(HttpMessage call, String path, byte[] body) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		call.addHeader("Host", this.host);
		call.addHeader("Content-Type", "application/json");
		call.addHeader("amz-sdk-invocation-id", new UUID(random.nextLong(), random.nextLong()).toString());
		call.addHeader("amz-sdk-request", "attempt=1; max=1");
		if (this.bearerToken != null) {
			call.addHeader("Authorization", "Bearer " + this.bearerToken);
		}
		else {
			this.signer.sign(call, this.host, path, body, this.credentials.resolveCredentials(), Instant.now());
		}
	}

	/** A port is told where it isn't the scheme's own. */
	private static String hostOf(URI endpoint) {
		boolean own = endpoint.getPort() < 0 || endpoint.getPort() == ("https".equals(endpoint.getScheme()) ? 443 : 80);
		return own ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
	}

	private static @Nullable String bearerToken() {
		String property = System.getProperty("aws.bearerTokenBedrock");
		return (property != null) ? property : System.getenv("AWS_BEARER_TOKEN_BEDROCK");
	}

}
