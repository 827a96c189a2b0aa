package dev.sluice.model.bedrock;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.hc.core5.http.HttpMessage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;

/** Gives a call the headers that the SDK would give it, and its signature. */
final class CallSigner {

	/** No real secret, for a Bedrock on this machine that asks for none. */
	private static final AwsBasicCredentials ANYBODY = AwsBasicCredentials.create("local", "local");

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
		return new CallSigner(endpoint.local() ? localCredentials() : defaultCredentials(), endpoint, bearerToken());
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

	/** Renews what expires in the background, so that no call waits for it. */
	private static AwsCredentialsProvider defaultCredentials() {
		return DefaultCredentialsProvider.builder().asyncCredentialUpdateEnabled(true).build();
	}

	/**
	 * The default chain but for the metadata services, which a newcomer's laptop lacks.
	 */
	static AwsCredentialsProvider localCredentials() {
		return AwsCredentialsProviderChain.of(SystemPropertyCredentialsProvider.create(),
				EnvironmentVariableCredentialsProvider.create(), WebIdentityTokenFileCredentialsProvider.create(),
				ProfileCredentialsProvider.create(), StaticCredentialsProvider.create(ANYBODY));
	}

}
