package dev.sluice.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of a table, to be put together or taken apart. */
public final class Item {

	private final Map<String, AttributeValue> attributes;

	private Item(Map<String, AttributeValue> attributes) {
		this.attributes = attributes;
	}

	/** A new item, or the key of one. */
	public static Item of(String pk, String sk) {
		return new Item(new LinkedHashMap<>()).with("pk", pk).with("sk", sk);
	}

	/** Attributes without a key, such as the values of an expression. */
	public static Item values() {
		return new Item(new LinkedHashMap<>());
	}

	/** An item that was read. */
	public static Item of(Map<String, AttributeValue> attributes) {
		return new Item(attributes);
	}

	/** Adds a text; nothing is added for {@code null}. */
	public Item with(String name, @Nullable String value) {
		if (value != null) {
			this.attributes.put(name, AttributeValue.fromS(value));
		}
		return this;
	}

	public Item with(String name, long value) {
		this.attributes.put(name, AttributeValue.fromN(Long.toString(value)));
		return this;
	}

	public Item with(String name, boolean value) {
		this.attributes.put(name, AttributeValue.fromBool(value));
		return this;
	}

	/** Adds texts in their order; nothing is added for none. */
	public Item with(String name, List<String> values) {
		if (!values.isEmpty()) {
			this.attributes.put(name, AttributeValue.fromL(values.stream().map(AttributeValue::fromS).toList()));
		}
		return this;
	}

	public Item with(String name, byte[] value) {
		this.attributes.put(name, AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(value)));
		return this;
	}

	/** For the requests of the SDK. */
	public Map<String, AttributeValue> attributes() {
		return this.attributes;
	}

	/**
	 * A text that must be there.
	 * @throws StoreException if it is not
	 */
	public String text(String name) {
		String text = optionalText(name);
		if (text == null) {
			throw new StoreException(StoreException.Reason.UNAVAILABLE, "An item lacks its " + name, null);
		}
		return text;
	}

	public @Nullable String optionalText(String name) {
		AttributeValue value = this.attributes.get(name);
		return (value != null) ? value.s() : null;
	}

	/** A number, 0 if it is not there. */
	public long number(String name) {
		AttributeValue value = this.attributes.get(name);
		return (value != null && value.n() != null) ? Long.parseLong(value.n()) : 0;
	}

	/** Whether it is there at all. */
	public boolean has(String name) {
		return this.attributes.containsKey(name);
	}

	/** Texts in their order, none if they are not there. */
	public List<String> texts(String name) {
		AttributeValue value = this.attributes.get(name);
		return (value != null) ? value.l().stream().map(AttributeValue::s).toList() : List.of();
	}

	/** Whether it is there and true. */
	public boolean flag(String name) {
		AttributeValue value = this.attributes.get(name);
		return value != null && Boolean.TRUE.equals(value.bool());
	}

	/** Bytes, none if they are not there. */
	public byte[] bytes(String name) {
		AttributeValue value = this.attributes.get(name);
		return (value != null && value.b() != null) ? value.b().asByteArrayUnsafe() : new byte[0];
	}

}
