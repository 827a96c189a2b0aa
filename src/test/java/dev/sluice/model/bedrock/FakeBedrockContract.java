package dev.sluice.model.bedrock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import dev.sluice.model.ModelClientContract;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.bedrock.BedrockProperties.Transport;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;
import software.amazon.awssdk.regions.Region;

/** The contract with a fake Bedrock as its backend, for any transport. */
abstract class FakeBedrockContract extends ModelClientContract {

	final FakeBedrock fake = new FakeBedrock();

	static BedrockProperties properties() {
		return new BedrockProperties(Transport.WIRE, 65_535, Duration.ofSeconds(5));
	}

	static BedrockEndpoint endpoint(FakeBedrock fake) {
		return new BedrockEndpoint(fake.uri(), Region.EU_CENTRAL_1, true);
	}

	@Override
	protected void nextAnswers(String... deltas) {
		this.fake.answer((exchange) -> {
			if (exchange.request().streaming()) {
				begin(exchange, deltas).blockStop(0).messageStop("end_turn").metadata(11, 7);
			}
			else {
				exchange.json(200, FakeFrames.reply(String.join("", deltas), "end_turn", 11, 7));
			}
		});
	}

	@Override
	protected void nextHangsAfter(String... deltas) {
		this.fake.answer((exchange) -> begin(exchange, deltas).hang());
	}

	@Override
	protected void nextHangs() {
		this.fake.answer(FakeExchange::hang);
	}

	@Override
	protected void nextFails(Reason reason) {
		this.fake.answer((exchange) -> {
			switch (reason) {
				case THROTTLED -> exchange.error(429, "ThrottlingException", "Too many requests");
				case NOT_READY -> exchange.error(429, "ModelNotReadyException", "The model is not ready");
				case UNAVAILABLE -> exchange.error(503, "ServiceUnavailableException", "Not now");
				case INTERNAL -> exchange.error(500, "InternalServerException", "Oops");
				case CONNECTION -> exchange.reset();
				case MODEL_ERROR -> exchange.error(424, "ModelErrorException", "The model failed");
				case REJECTED -> exchange.error(400, "ValidationException", "A conversation must start with a user");
				case CONTEXT_TOO_LONG ->
					exchange.error(400, "ValidationException", "Input is too long for requested model.");
				case ACCESS_DENIED -> exchange.error(403, "AccessDeniedException", "You don't have access");
				case UNKNOWN_MODEL -> exchange.error(404, "ResourceNotFoundException", "No such model");
				case BROKEN -> exchange.socket("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"output\"".getBytes());
				case TIMEOUT, CANCELLED -> throw new AssertionError(reason);
			}
		});
	}

	@Override
	protected void nextFailsAfter(Reason reason, String... deltas) {
		this.fake.answer((exchange) -> {
			begin(exchange, deltas);
			switch (reason) {
				case THROTTLED -> exchange.exception("throttlingException", "Too many tokens");
				case UNAVAILABLE -> exchange.exception("serviceUnavailableException", "Not now");
				case INTERNAL -> exchange.exception("internalServerException", "Oops");
				case MODEL_ERROR -> exchange.exception("modelStreamErrorException", "Model produced invalid sequence");
				case REJECTED -> exchange.exception("validationException", "No");
				case CONTEXT_TOO_LONG -> exchange.exception("validationException", "Input is too long");
				case CONNECTION -> exchange.reset();
				case BROKEN -> exchange.corruptFrame();
				case NOT_READY -> exchange.exception("modelNotReadyException", "The model is not ready");
				case ACCESS_DENIED -> exchange.exception("accessDeniedException", "No");
				case UNKNOWN_MODEL -> exchange.exception("resourceNotFoundException", "No");
				case TIMEOUT, CANCELLED -> throw new AssertionError(reason);
			}
		});
	}

	@Override
	protected Future<?> nextFloods(int deltas, String delta) {
		CompletableFuture<Void> written = new CompletableFuture<>();
		this.fake.answer((exchange) -> {
			exchange.startStream().messageStart();
			for (int i = 0; i < deltas; i++) {
				exchange.delta(delta);
			}
			written.complete(null);
			exchange.blockStop(0).messageStop("end_turn").metadata(11, 7);
		});
		return written;
	}

	@Override
	protected CompletableFuture<Void> closed() throws InterruptedException {
		return this.fake.take().closedByClient();
	}

	@Override
	protected int calls() {
		return this.fake.requests().size();
	}

	private static FakeExchange begin(FakeExchange exchange, String... deltas) {
		exchange.startStream().messageStart();
		for (String delta : deltas) {
			exchange.delta(delta);
		}
		return exchange;
	}

}
