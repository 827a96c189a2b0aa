package dev.sluice.model.bedrock;

import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.model.message.Role;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailStreamProcessingMode;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailTrace;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

/** Requests as the SDK wants them. */
final class SdkRequests {

	private static final CachePointBlock CACHE_POINT = CachePointBlock.builder().type(CachePointType.DEFAULT).build();

	private SdkRequests() {
	}

	static ConverseStreamRequest stream(ModelRequest request) {
		ConverseRequest sync = sync(request);
		ConverseStreamRequest.Builder builder = ConverseStreamRequest.builder()
			.modelId(sync.modelId())
			.messages(sync.messages())
			.inferenceConfig(sync.inferenceConfig());
		if (sync.hasSystem()) {
			builder.system(sync.system());
		}
		if (sync.hasRequestMetadata()) {
			builder.requestMetadata(sync.requestMetadata());
		}
		ProviderGuardrail guardrail = request.guardrail();
		if (guardrail != null) {
			builder.guardrailConfig((config) -> config.guardrailIdentifier(guardrail.identifier())
				.guardrailVersion(guardrail.version())
				.trace(GuardrailTrace.ENABLED)
				.streamProcessingMode(
						guardrail.async() ? GuardrailStreamProcessingMode.ASYNC : GuardrailStreamProcessingMode.SYNC));
		}
		return builder.build();
	}

	static ConverseRequest sync(ModelRequest request) {
		ConverseRequest.Builder builder = ConverseRequest.builder()
			.modelId(request.modelId())
			.messages(messages(request))
			.inferenceConfig(inferenceConfig(request.parameters()));
		if (request.system() != null && !request.system().isEmpty()) {
			SystemContentBlock text = SystemContentBlock.fromText(request.system());
			builder.system(request.cachePoints().system()
					? List.of(text, SystemContentBlock.fromCachePoint(CACHE_POINT)) : List.of(text));
		}
		if (!request.metadata().isEmpty()) {
			builder.requestMetadata(request.metadata());
		}
		ProviderGuardrail guardrail = request.guardrail();
		if (guardrail != null) {
			builder.guardrailConfig((config) -> config.guardrailIdentifier(guardrail.identifier())
				.guardrailVersion(guardrail.version())
				.trace(GuardrailTrace.ENABLED));
		}
		return builder.build();
	}

	private static @Nullable InferenceConfiguration inferenceConfig(Parameters parameters) {
		if (parameters.equals(Parameters.DEFAULTS)) {
			return null;
		}
		InferenceConfiguration.Builder builder = InferenceConfiguration.builder()
			.maxTokens(parameters.maxTokens())
			.temperature(single(parameters.temperature()))
			.topP(single(parameters.topP()));
		List<String> stopSequences = parameters.stopSequences();
		return (stopSequences.isEmpty() ? builder : builder.stopSequences(stopSequences)).build();
	}

	private static @Nullable Float single(@Nullable Double value) {
		return (value != null) ? value.floatValue() : null;
	}

	private static List<Message> messages(ModelRequest request) {
		List<dev.sluice.model.message.Message> messages = request.messages();
		return IntStream.range(0, messages.size())
			.mapToObj((index) -> message(messages.get(index), request.cachePoints().messages().contains(index)))
			.toList();
	}

	private static Message message(dev.sluice.model.message.Message message, boolean cachePoint) {
		// A citation belongs to the answer; the text it supports is a part of its own.
		Stream<ContentBlock> blocks = message.content()
			.stream()
			.filter((part) -> !(part instanceof ContentPart.Citation))
			.map(SdkRequests::block);
		return Message.builder()
			.role((message.role() == Role.USER) ? ConversationRole.USER : ConversationRole.ASSISTANT)
			.content((cachePoint ? Stream.concat(blocks, Stream.of(ContentBlock.fromCachePoint(CACHE_POINT))) : blocks)
				.toList())
			.build();
	}

	private static ContentBlock block(ContentPart part) {
		return switch (part) {
			case ContentPart.Text text -> ContentBlock.fromText(text.text());
			case ContentPart.Image image -> ContentBlock.fromImage(
					(block) -> block.format(image.format()).source((source) -> source.bytes(bytes(image.data()))));
			case ContentPart.Document document -> ContentBlock.fromDocument((block) -> block.format(document.format())
				.name(document.name())
				.source((source) -> source.bytes(bytes(document.data()))));
			case ContentPart.Reasoning reasoning -> ContentBlock.fromReasoningContent((block) -> block
				.reasoningText((text) -> text.text(reasoning.text()).signature(reasoning.signature())));
			case ContentPart.RedactedReasoning redacted ->
				ContentBlock.fromReasoningContent((block) -> block.redactedContent(bytes(redacted.data())));
			case ContentPart.ToolUse toolUse -> ContentBlock.fromToolUse((block) -> block.toolUseId(toolUse.id())
				.name(toolUse.name())
				.input(SdkDocuments.of(toolUse.input())));
			case ContentPart.Other(String kind, String json) -> SdkBlocks.of(kind, json);
			case ContentPart.Citation _ -> throw new IllegalArgumentException("A citation is no block");
		};
	}

	private static SdkBytes bytes(String base64) {
		try {
			return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(base64));
		}
		catch (IllegalArgumentException ex) {
			throw new ModelException(Reason.REJECTED, "A part of the prompt is not base64", ex);
		}
	}

}
