package dev.sluice.model.bedrock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.ModelException;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The SDK's settings, by their system properties. */
@Timeout(30)
class BedrockSettingsTests {

	private final FakeBedrock fake = new FakeBedrock();

	private final Map<String, String> before = new HashMap<>();

	@BeforeEach
	void isolate() {
		set("aws.region", "eu-west-1");
		set("aws.disableEc2Metadata", "true");
		set("aws.sharedCredentialsFile", "/nonexistent");
		set("aws.configFile", "/nonexistent");
	}

	@AfterEach
	void restore() {
		this.fake.close();
		this.before.forEach((name, value) -> {
			if (value == null) {
				System.clearProperty(name);
			}
			else {
				System.setProperty(name, value);
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "false, false, https://bedrock-runtime.eu-west-1.amazonaws.com",
			"true, false, https://bedrock-runtime-fips.eu-west-1.amazonaws.com",
			"false, true, https://bedrock-runtime.eu-west-1.api.aws" })
	void findsTheEndpointByTheRules(String fips, String dualstack, String uri) {
		set("aws.useFipsEndpoint", fips);
		set("aws.useDualstackEndpoint", dualstack);

		assertThat(BedrockEndpoint.resolve()).isEqualTo(new BedrockEndpoint(URI.create(uri), Region.EU_WEST_1, false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "aws.endpointUrlBedrockRuntime", "aws.endpointUrl" })
	void takesTheEndpointThatIsSet(String property) {
		set(property, "http://127.0.0.1:8089/base");

		assertThat(BedrockEndpoint.resolve())
			.isEqualTo(new BedrockEndpoint(URI.create("http://127.0.0.1:8089/base"), Region.EU_WEST_1, true));
		set("aws.ignoreConfiguredEndpointUrls", "true");
		assertThat(BedrockEndpoint.resolve().uri()).hasHost("bedrock-runtime.eu-west-1.amazonaws.com");
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:1, true", "http://[::1]:1, true", "http://127.8.8.8, true",
			"https://vpce.example.com, false", "https://10.0.0.1, false" })
	void knowsWhatIsLocal(String uri, boolean local) {
		set("aws.endpointUrlBedrockRuntime", uri);

		assertThat(BedrockEndpoint.resolve().local()).isEqualTo(local);
	}

	@Test
	void needsNeitherRegionNorCredentialsForALocalEndpoint() {
		clear("aws.region");
		set("aws.endpointUrlBedrockRuntime", this.fake.uri().toString());
		clear("aws.disableEc2Metadata");
		set("aws.ec2MetadataServiceEndpoint", this.fake.uri() + "/metadata");

		RecordedRequest request = call();

		assertThat(request.header("authorization")).startsWith("AWS4-HMAC-SHA256 Credential=local/")
			.contains("/us-east-1/bedrock/aws4_request");
		assertThat(this.fake.requests()).as("The metadata service is left alone").hasSize(1);
	}

	@Test
	void signsWithTheCredentialsOfTheDefaultChain() throws Exception {
		set("aws.accessKeyId", "AKIDEXAMPLE");
		set("aws.secretAccessKey", "secret");
		set("aws.sessionToken", "token");
		set("aws.endpointUrlBedrockRuntime", this.fake.uri().toString());

		RecordedRequest request = call();

		assertThat(request.header("authorization")).matches("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/eu-west-1"
				+ "/bedrock/aws4_request, SignedHeaders=content-type;host;"
				+ "x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}");
		SignatureV4 signature = SignatureV4.of(request);
		assertThat(signature.signature()).isEqualTo(signature.expected(request, "secret"));
		assertThat(request.header("x-amz-security-token")).isEqualTo("token");
		assertThat(request.header("x-amz-content-sha256"))
			.isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request.body())));
	}

	@Test
	void sendsABearerTokenInPlaceOfASignature() {
		set("aws.bearerTokenBedrock", "bedrock-api-key-1");
		set("aws.endpointUrlBedrockRuntime", this.fake.uri().toString());

		RecordedRequest request = call();

		assertThat(request.header("authorization")).isEqualTo("Bearer bedrock-api-key-1");
		assertThat(request.headers()).doesNotContainKeys("x-amz-date", "x-amz-content-sha256");
	}

	@Test
	void saysThatCredentialsAreMissing() {
		set("aws.endpointUrlBedrockRuntime", "http://bedrock.invalid");

		assertThatExceptionOfType(ModelException.class).isThrownBy(this::call)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(ModelException.Reason.ACCESS_DENIED));
	}

	@Test
	void goesThroughTheProxyThatIsSet() throws Exception {
		try (ForwardProxy proxy = new ForwardProxy()) {
			set("http.proxyHost", "127.0.0.1");
			set("http.proxyPort", Integer.toString(proxy.port()));
			set("http.nonProxyHosts", "*.other");
			set("aws.accessKeyId", "a");
			set("aws.secretAccessKey", "b");
			set("aws.endpointUrlBedrockRuntime", "http://bedrock.invalid:8080");

			assertThatExceptionOfType(ModelException.class).isThrownBy(this::call);
			assertThat(proxy.lines.poll(5, TimeUnit.SECONDS))
				.isEqualTo("POST http://bedrock.invalid:8080/model/m/converse HTTP/1.1");

			set("aws.endpointUrlBedrockRuntime", "https://bedrock.invalid");
			assertThatExceptionOfType(ModelException.class).isThrownBy(this::call);
			assertThat(proxy.lines.poll(5, TimeUnit.SECONDS)).isEqualTo("CONNECT bedrock.invalid:443 HTTP/1.1");

			set("http.nonProxyHosts", "bedrock.*");
			assertThatExceptionOfType(ModelException.class).isThrownBy(this::call);
			assertThat(proxy.lines).isEmpty();
		}
	}

	private RecordedRequest call() {
		try (WireBedrockClient client = new WireBedrockClient(WireBedrockClientTests.properties())) {
			client.converse(WireBedrockConnectionTests.request("m"), WireBedrockConnectionTests.scope());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		return this.fake.requests().getLast();
	}

	private void set(String name, String value) {
		this.before.putIfAbsent(name, System.getProperty(name));
		System.setProperty(name, value);
	}

	private void clear(String name) {
		this.before.putIfAbsent(name, System.getProperty(name));
		System.clearProperty(name);
	}

	/** Notes the first line of each request and turns it away. */
	private static final class ForwardProxy implements AutoCloseable {

		private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

		private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

		ForwardProxy() throws IOException {
			Thread.startVirtualThread(() -> {
				while (!this.server.isClosed()) {
					try (Socket socket = this.server.accept()) {
						BufferedReader in = new BufferedReader(
								new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
						this.lines.add(in.readLine());
						socket.getOutputStream()
							.write("HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes());
					}
					catch (IOException _) {
						// closed
					}
				}
			});
		}

		int port() {
			return this.server.getLocalPort();
		}

		@Override
		public void close() throws IOException {
			this.server.close();
		}

	}

}
