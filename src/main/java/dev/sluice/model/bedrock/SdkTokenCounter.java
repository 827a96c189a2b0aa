package dev.sluice.model.bedrock;

import java.time.Duration;
import java.util.OptionalLong;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.TokenCounter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensRequest;

/**
 * CountTokens through the AWS SDK's client, which is built when it is first needed. There
 * is one try, and no failure: who cannot be told the count goes on without it.
 */
final class SdkTokenCounter implements TokenCounter, AutoCloseable {

	static final Duration LIMIT = Duration.ofSeconds(3);

	private static final Logger logger = LoggerFactory.getLogger(SdkTokenCounter.class);

	private final BedrockProperties properties;

	private final BedrockEndpoint endpoint;

	private final Duration limit;

	private @Nullable BedrockRuntimeClient client;

	private boolean closed;

	SdkTokenCounter(BedrockProperties properties) {
		this(properties, BedrockEndpoint.resolve(), LIMIT);
	}

	SdkTokenCounter(BedrockProperties properties, BedrockEndpoint endpoint, Duration limit) {
		this.properties = properties;
		this.endpoint = endpoint;
		this.limit = limit;
	}

	@Override
	public OptionalLong countTokens(ModelRequest request) {
		String modelId = BaseModelId.of(request.modelId()).orElse(null);
		BedrockRuntimeClient client = (modelId != null) ? client() : null;
		if (modelId == null || client == null) {
			return OptionalLong.empty();
		}
		try {
			CountTokensRequest question = question(modelId, request);
			Integer tokens = AbortingHttpClient
				.within(CallScope.lasting(this.limit), () -> client.countTokens(question))
				.inputTokens();
			return (tokens != null) ? OptionalLong.of(tokens) : OptionalLong.empty();
		}
		catch (SdkException | ModelException ex) {
			logger.debug("The tokens of a prompt for {} could not be counted: {}", modelId, reason(ex));
			return OptionalLong.empty();
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.client != null) {
			this.client.close();
		}
	}

	private synchronized @Nullable BedrockRuntimeClient client() {
		if (this.client == null && !this.closed) {
			this.client = SdkClients.sync(this.endpoint, this.properties);
		}
		return this.closed ? null : this.client;
	}

	private CountTokensRequest question(String modelId, ModelRequest request) {
		ConverseRequest converse = SdkRequests.sync(new ModelRequest(modelId, request.system(), request.messages(),
				request.parameters(), request.metadata()));
		return CountTokensRequest.builder().modelId(modelId).input((input) -> input.converse((prompt) -> {
			prompt.messages(converse.messages());
			if (converse.hasSystem()) {
				prompt.system(converse.system());
			}
		})).overrideConfiguration((override) -> override.apiCallTimeout(this.limit)).build();
	}

	/** A message of Bedrock's own may quote the request. */
	private static String reason(RuntimeException failure) {
		return (failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null)
				? answer.statusCode() + " " + answer.awsErrorDetails().errorCode() : failure.getClass().getSimpleName();
	}

}
