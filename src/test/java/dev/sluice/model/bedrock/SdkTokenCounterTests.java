package dev.sluice.model.bedrock;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class SdkTokenCounterTests {

	private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

	private final FakeBedrock fake = new FakeBedrock();

	private final SdkTokenCounter counter = counter(Duration.ofSeconds(10));

	@AfterEach
	void close() {
		this.counter.close();
		this.fake.close();
	}

	@Test
	void asksBedrockForTheBaseModel() {
		this.fake.answer((exchange) -> exchange.json(200, "{\"inputTokens\":375}"));
		ModelRequest request = new ModelRequest(MODEL, "Be brief",
				List.of(Message.user("Hi"), new Message(Role.ASSISTANT, List.of(new ContentPart.Text("Hello"))),
						Message.user("Bye")),
				new Parameters(5, 0.5, null, List.of("END")), Map.of("team", "support"),
				new CachePoints(true, Set.of(1)), null);

		assertThat(this.counter.countTokens(request)).hasValue(375);

		RecordedRequest sent = this.fake.requests().getFirst();
		assertThat(sent.method()).isEqualTo("POST");
		assertThat(sent.path()).isEqualTo("/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens");
		assertThat(Dice.JSON.readTree(sent.text())).isEqualTo(Dice.JSON.readTree("""
				{"input": {"converse": {
				  "system": [{"text": "Be brief"}],
				  "messages": [
				    {"role": "user", "content": [{"text": "Hi"}]},
				    {"role": "assistant", "content": [{"text": "Hello"}]},
				    {"role": "user", "content": [{"text": "Bye"}]}]}}}
				"""));
	}

	@ParameterizedTest
	@CsvSource({ "anthropic.claude-sonnet-4-5-20250929-v1:0, anthropic.claude-sonnet-4-5-20250929-v1:0",
			"us.amazon.nova-lite-v1:0, amazon.nova-lite-v1:0", "us-gov.meta.llama3-1-8b, meta.llama3-1-8b",
			"apac.anthropic.claude-x, anthropic.claude-x", "m, m", ".m, .m",
			"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0, amazon.nova-pro-v1:0",
			"arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0, amazon.nova-pro-v1:0" })
	void knowsTheModelBehindAProfile(String modelId, String base) {
		assertThat(BaseModelId.of(modelId)).contains(base);
	}

	@ParameterizedTest
	@ValueSource(strings = { "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef",
			"arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:12", "arn:aws:nothing", "arn:" })
	void asksForNothingWhereTheModelIsNotKnown(String modelId) {
		assertThat(this.counter.countTokens(request(modelId))).isEmpty();
		assertThat(this.fake.requests()).isEmpty();
	}

	@Test
	void doesWithoutTheCountOfAModelThatCannot() {
		this.fake.answer((exchange) -> exchange.error(400, "ValidationException",
				"The provided model doesn't support counting tokens."));

		assertThat(this.counter.countTokens(request(MODEL))).isEmpty();
	}

	@Test
	void triesOnce() {
		this.fake.answerByDefault((exchange) -> exchange.error(429, "ThrottlingException", "Too many requests"));

		assertThat(this.counter.countTokens(request(MODEL))).isEmpty();
		assertThat(this.fake.requests()).hasSize(1);
	}

	@Test
	void takesNoHarmFromAnAnswerWithoutACount() {
		this.fake.answer((exchange) -> exchange.json(200, "{}")).answer(FakeExchange::reset);

		assertThat(this.counter.countTokens(request(MODEL))).isEmpty();
		assertThat(this.counter.countTokens(request(MODEL))).isEmpty();
	}

	@Test
	void doesNotWaitForEver() throws Exception {
		this.fake.answer(FakeExchange::hang);
		try (SdkTokenCounter impatient = counter(Duration.ofMillis(500))) {
			assertThat(impatient.countTokens(request(MODEL))).isEmpty();
		}
		assertThat(this.fake.take().closedByClient()).succeedsWithin(Duration.ofSeconds(5));
	}

	@Test
	void refusesNothingThatItCannotSend() {
		ModelRequest odd = new ModelRequest(MODEL, null,
				List.of(new Message(Role.USER, List.of(new ContentPart.Image("png", "no base64!")))),
				Parameters.DEFAULTS, Map.of());

		assertThat(this.counter.countTokens(odd)).isEmpty();
		assertThat(this.fake.requests()).isEmpty();
	}

	@Test
	void countsNothingAfterItsEnd() {
		this.counter.close();

		assertThat(this.counter.countTokens(request(MODEL))).isEmpty();
	}

	private SdkTokenCounter counter(Duration limit) {
		return new SdkTokenCounter(FakeBedrockContract.properties(), FakeBedrockContract.endpoint(this.fake), limit);
	}

	private static ModelRequest request(String modelId) {
		return new ModelRequest(modelId, null, List.of(Message.user("hi")), Parameters.DEFAULTS, Map.of());
	}

}
