package dev.sluice.model.bedrock;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.bedrock.BedrockProperties.Transport;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.RecordedRequest;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/** The two transports on one fake. */
final class Transports implements AutoCloseable {

	static final ModelRequest HI = new ModelRequest("m", null, List.of(Message.user("hi")), Parameters.DEFAULTS,
			Map.of());

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final BedrockProperties PROPERTIES = new BedrockProperties(Transport.WIRE, 100,
			Duration.ofSeconds(5));

	private final FakeBedrock fake = new FakeBedrock();

	private final WireBedrockClient wire;

	private final SdkBedrockClient sdk;

	Transports() {
		this("");
	}

	Transports(String basePath) {
		BedrockEndpoint endpoint = new BedrockEndpoint(URI.create(this.fake.uri() + basePath), Region.US_EAST_1, true);
		this.wire = new WireBedrockClient(PROPERTIES, endpoint);
		this.sdk = new SdkBedrockClient(PROPERTIES, endpoint);
	}

	/** One thing from each transport. */
	record Pair<T>(T wire, T sdk) {
	}

	Pair<RecordedRequest> requests(ModelRequest request, boolean streaming) {
		return new Pair<>(recorded(this.wire, request, streaming), recorded(this.sdk, request, streaming));
	}

	/** Why the request failed, if it did. */
	Pair<@Nullable Reason> refusals(ModelRequest request) {
		return new Pair<>(refusal(this.wire, request), refusal(this.sdk, request));
	}

	Pair<Outcome> replies(FakeBedrock.Answer answer) {
		return new Pair<>(converse(this.wire, answer), converse(this.sdk, answer));
	}

	/**
	 * Has both read a stream, which can wait for them to have read its first
	 * {@code events}.
	 */
	Pair<Outcome> streams(int events, Function<CountDownLatch, FakeBedrock.Answer> answer) {
		return new Pair<>(stream(this.wire, events, answer), stream(this.sdk, events, answer));
	}

	@Override
	public void close() throws IOException {
		this.wire.close();
		this.sdk.close();
		this.fake.close();
	}

	/** Ends a call that hangs, so that its test fails. */
	private static CallScope scope() {
		CallScope scope = CallScope.lasting(LIMIT);
		CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS).execute(scope::expire);
		return scope;
	}

	private RecordedRequest recorded(ModelClient client, ModelRequest request, boolean streaming) {
		if (streaming) {
			client.converseStream(request, (_) -> {
			}, scope());
		}
		else {
			client.converse(request, scope());
		}
		return this.fake.requests().getLast();
	}

	private @Nullable Reason refusal(ModelClient client, ModelRequest request) {
		try {
			client.converse(request, scope());
			return null;
		}
		catch (ModelException ex) {
			return ex.reason();
		}
	}

	private Outcome converse(ModelClient client, FakeBedrock.Answer answer) {
		this.fake.answer(answer);
		try {
			return new Outcome(List.of(), client.converse(HI, scope()), null);
		}
		catch (ModelException ex) {
			return new Outcome(List.of(), null, ex.reason());
		}
	}

	private Outcome stream(ModelClient client, int awaited, Function<CountDownLatch, FakeBedrock.Answer> answer) {
		CountDownLatch latch = new CountDownLatch(awaited);
		this.fake.answer(answer.apply(latch));
		List<ModelEvent> events = new ArrayList<>();
		try {
			client.converseStream(HI, (event) -> {
				events.add(event);
				latch.countDown();
			}, scope());
			return new Outcome(events, null, null);
		}
		catch (ModelException ex) {
			return new Outcome(events, null, ex.reason());
		}
	}

}
