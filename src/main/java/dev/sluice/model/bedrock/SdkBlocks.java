package dev.sluice.model.bedrock;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** Builds blocks of the SDK from the JSON they go by on the wire. */
final class SdkBlocks {

	private SdkBlocks() {
	}

	/** A block of any kind the SDK knows; it can send no other. */
	static ContentBlock of(String kind, String json) {
		Document member = SdkDocuments.of(json);
		ContentBlock.Builder builder = ContentBlock.builder();
		if (!builder.sdkFieldNameToField().containsKey(kind)) {
			throw new ModelException(Reason.REJECTED, "The SDK has no content block of the kind " + kind);
		}
		try {
			return (ContentBlock) build(builder, Map.of(kind, member));
		}
		catch (UnsupportedOperationException | IllegalArgumentException ex) {
			throw new ModelException(Reason.REJECTED, "The JSON is no content block of the kind " + kind, ex);
		}
	}

	private static Object build(SdkPojo builder, Map<String, Document> members) {
		members.forEach((name, value) -> {
			SdkField<?> field = builder.sdkFieldNameToField().get(name);
			if (field != null && !value.isNull()) {
				field.set(builder, value(field, value));
			}
		});
		return ((SdkBuilder<?, ?>) builder).build();
	}

	private static Object value(SdkField<?> field, Document value) {
		return switch (field.marshallingType().getKnownType()) {
			case STRING -> value.asString();
			case BOOLEAN -> value.asBoolean();
			case INTEGER -> value.asNumber().intValue();
			case LONG -> value.asNumber().longValue();
			case FLOAT -> value.asNumber().floatValue();
			case DOUBLE -> value.asNumber().doubleValue();
			case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(value.asString()));
			case SDK_POJO -> build(field.constructor().get(), value.asMap());
			case DOCUMENT -> value;
			case LIST -> list(field.getRequiredTrait(ListTrait.class).memberFieldInfo(), value.asList());
			case MAP -> map(field.getRequiredTrait(MapTrait.class).valueFieldInfo(), value.asMap());
			default -> throw new UnsupportedOperationException("No content block has " + field.marshallingType());
		};
	}

	private static List<Object> list(SdkField<?> element, List<Document> values) {
		List<Object> list = new ArrayList<>();
		values.forEach((value) -> list.add(value(element, value)));
		return list;
	}

	private static Map<String, Object> map(SdkField<?> member, Map<String, Document> values) {
		Map<String, Object> map = new LinkedHashMap<>();
		values.forEach((name, value) -> map.put(name, value(member, value)));
		return map;
	}

}
