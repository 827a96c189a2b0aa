package dev.sluice.model.bedrock;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.sluice.model.CallScope;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.regions.Region;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Answers that Bedrock has really given, through an HTTP server that is none of ours. */
class RecordedAnswersTests {

	private static final String PATH = "/model/us.amazon.nova-micro-v1%3A0/converse";

	private static final ModelRequest REQUEST = new ModelRequest("us.amazon.nova-micro-v1:0", "Be brief.",
			List.of(Message.user("What is the capital of France?")), new Parameters(64, null, null, List.of()),
			Map.of());

	private final WireMockServer bedrock = new WireMockServer(
			WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());

	private WireBedrockClient client;

	@BeforeEach
	void start() {
		this.bedrock.start();
		this.client = new WireBedrockClient(
				new BedrockProperties(BedrockProperties.Transport.WIRE, 10, Duration.ofSeconds(5)),
				new BedrockEndpoint(URI.create(this.bedrock.baseUrl()), Region.US_EAST_1, true));
	}

	@AfterEach
	void stop() throws Exception {
		this.client.close();
		this.bedrock.stop();
	}

	@Test
	void readsAnAnswer() {
		this.bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(aResponse()
			.withHeader("Content-Type", "application/json")
			.withHeader("x-amzn-RequestId", "b1d8a4c5")
			.withBody(
					"""
							{"metrics":{"latencyMs":624},"output":{"message":{"content":[{"text":"Paris."}],"role":"assistant"}},\
							"performanceConfig":{"latency":"optimized"},"stopReason":"end_turn",\
							"usage":{"inputTokens":13,"outputTokens":67,"serverToolUsage":{},"totalTokens":80}}""")));

		ModelReply reply = this.client.converse(REQUEST, CallScope.lasting(Duration.ofSeconds(20)));

		assertThat(reply).isEqualTo(
				new ModelReply(List.of(new ContentPart.Text("Paris.")), FinishReason.END_TURN, Usage.of(13, 67)));
		this.bedrock.verify(1,
				postRequestedFor(urlEqualTo(PATH)).withHeader("Content-Type", equalTo("application/json"))
					.withRequestBody(equalToJson("""
							{"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":64},\
							"messages":[{"role":"user","content":[{"text":"What is the capital of France?"}]}]}""")));
	}

	@Test
	void readsARefusal() {
		this.bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(aResponse().withStatus(400)
			.withHeader("x-amzn-ErrorType", "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/")
			.withBody("{\"message\":\"The provided model identifier is invalid.\"}")));

		assertFails(Reason.UNKNOWN_MODEL);
	}

	@ParameterizedTest
	@EnumSource(names = { "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK",
			"RANDOM_DATA_THEN_CLOSE" })
	void failsWhenTheServerDoes(Fault fault) {
		this.bedrock.stubFor(post(urlEqualTo(PATH)).willReturn(aResponse().withFault(fault)));

		assertThatExceptionOfType(ModelException.class)
			.isThrownBy(() -> this.client.converse(REQUEST, CallScope.lasting(Duration.ofSeconds(20))))
			.satisfies((ex) -> assertThat(ex.reason()).isIn(Reason.CONNECTION, Reason.BROKEN));
		this.bedrock.verify(1, postRequestedFor(urlEqualTo(PATH)));
	}

	private void assertFails(Reason reason) {
		assertThatExceptionOfType(ModelException.class)
			.isThrownBy(() -> this.client.converse(REQUEST, CallScope.lasting(Duration.ofSeconds(20))))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

}
