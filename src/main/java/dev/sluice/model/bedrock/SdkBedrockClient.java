package dev.sluice.model.bedrock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.sluice.model.CallScope;
import dev.sluice.model.CallScope.Registration;
import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelEventSink;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;

/**
 * Converse and ConverseStream through the AWS SDK's own clients. Their retries, which
 * would repeat a stream's text, are off, and a cut stream, which they take for a whole
 * one, is a failure here.
 */
final class SdkBedrockClient implements ModelClient, AutoCloseable {

	/** How long a complete answer may keep its connection open. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final BedrockEndpoint endpoint;

	private final BedrockRuntimeClient sync;

	private final BedrockRuntimeAsyncClient async;

	SdkBedrockClient(BedrockProperties properties) {
		this(properties, BedrockEndpoint.resolve());
	}

	SdkBedrockClient(BedrockProperties properties, BedrockEndpoint endpoint) {
		this.endpoint = endpoint;
		this.sync = SdkClients.sync(endpoint, properties);
		this.async = SdkClients.async(endpoint, properties);
	}

	@Override
	public ModelReply converse(ModelRequest request, CallScope scope) {
		scope.check();
		this.endpoint.describe();
		ConverseRequest converse = SdkRequests.sync(request);
		try {
			return SdkReplies.reply(AbortingHttpClient.within(scope, () -> this.sync.converse(converse)));
		}
		catch (SdkException ex) {
			if (Thread.currentThread().isInterrupted()) {
				scope.cancel();
			}
			scope.check();
			throw SdkErrors.sync(ex);
		}
	}

	@Override
	public void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope) {
		scope.check();
		this.endpoint.describe();
		ConverseStreamRequest converse = SdkRequests.stream(request);
		SdkStream stream = new SdkStream();
		SdkStreamEvents events = new SdkStreamEvents(sink);
		CompletableFuture<Void> future = this.async.converseStream(converse, stream);
		future.whenComplete((_, failure) -> stream.end(failure));
		try (Registration _ = scope.onEnd(() -> cancel(stream, future))) {
			relay(stream, events, scope);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			if (!events.finished()) {
				scope.cancel();
				scope.check();
			}
		}
		finally {
			cancel(stream, future);
		}
	}

	@Override
	public void close() {
		this.sync.close();
		this.async.close();
	}

	private static void relay(SdkStream stream, SdkStreamEvents events, CallScope scope) throws InterruptedException {
		while (!events.finished()) {
			@Nullable ConverseStreamOutput event = stream.next(events::flush);
			scope.check();
			if (event == null) {
				throw SdkErrors.stream(stream.failure(), events.started());
			}
			events.read(event);
		}
		stream.drain(PATIENCE);
	}

	private static void cancel(SdkStream stream, CompletableFuture<Void> future) {
		if (!future.isDone()) {
			stream.cancel();
			future.cancel(true);
		}
	}

}
