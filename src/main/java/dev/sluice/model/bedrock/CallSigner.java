package dev.sluice.model.bedrock;

import java.net.URI;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

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
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** Gives a call the headers that the SDK would give it, and its signature. */
final class CallSigner {

	/** No real secret, for a Bedrock on this machine that asks for none. */
	private static final AwsBasicCredentials ANYBODY = AwsBasicCredentials.create("local", "local");

	private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

	private final AwsCredentialsProvider credentials;

	private final String region;

	private final @Nullable String bearerToken;

	private CallSigner(AwsCredentialsProvider credentials, String region, @Nullable String bearerToken) {
		this.credentials = credentials;
		this.region = region;
		this.bearerToken = bearerToken;
	}

	static CallSigner of(BedrockEndpoint endpoint) {
		return new CallSigner(endpoint.local() ? localCredentials() : defaultCredentials(), endpoint.region().id(),
				bearerToken());
	}

	/** The request without its body, with all headers. */
	SdkHttpRequest sign(URI uri, byte[] body) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		SdkHttpRequest.Builder request = SdkHttpRequest.builder()
			.method(SdkHttpMethod.POST)
			.uri(uri)
			.putHeader("Content-Type", "application/json")
			.putHeader("amz-sdk-invocation-id", new UUID(random.nextLong(), random.nextLong()).toString())
			.putHeader("amz-sdk-request", "attempt=1; max=1");
		if (this.bearerToken != null) {
			return request.putHeader("Authorization", "Bearer " + this.bearerToken).build();
		}
		return this.signer
			.sign((sign) -> sign.identity(this.credentials.resolveCredentials())
				.request(request.build())
				.payload(ContentStreamProvider.fromByteArrayUnsafe(body))
				.putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "bedrock")
				.putProperty(AwsV4HttpSigner.REGION_NAME, this.region))
			.request();
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
