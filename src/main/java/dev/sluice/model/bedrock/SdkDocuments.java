package dev.sluice.model.bedrock;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.document.VoidDocumentVisitor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** JSON text as the SDK's documents, and back; numbers keep their digits. */
final class SdkDocuments {

	private static final JsonFactory JSON = new JsonFactory();

	private SdkDocuments() {
	}

	/** The document that {@code text} is, or a string of it if it is no JSON. */
	static Document of(String text) {
		try (JsonParser parser = JSON.createParser(text)) {
			parser.nextToken();
			Document document = read(parser);
			return (parser.nextToken() == null) ? document : Document.fromString(text);
		}
		catch (JacksonException _) {
			return Document.fromString(text);
		}
	}

	static String json(Document document) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = JSON.createGenerator(text)) {
			write(document, json);
		}
		return text.toString();
	}

	static void write(Document document, JsonGenerator json) {
		document.accept(new Writer(json));
	}

	private static Document read(JsonParser parser) {
		JsonToken token = parser.currentToken();
		return switch (token) {
			case START_OBJECT -> object(parser);
			case START_ARRAY -> array(parser);
			case VALUE_STRING -> Document.fromString(parser.getString());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.fromNumber(parser.getString());
			case VALUE_TRUE, VALUE_FALSE -> Document.fromBoolean(token == JsonToken.VALUE_TRUE);
			case VALUE_NULL -> Document.fromNull();
			case null, default -> throw new StreamReadException(parser, "No JSON");
		};
	}

	private static Document object(JsonParser parser) {
		Map<String, Document> members = new LinkedHashMap<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			parser.nextToken();
			members.put(name, read(parser));
		}
		return Document.fromMap(members);
	}

	private static Document array(JsonParser parser) {
		List<Document> elements = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			elements.add(read(parser));
		}
		return Document.fromList(elements);
	}

	private record Writer(JsonGenerator json) implements VoidDocumentVisitor {

		@Override
		public void visitNull() {
			this.json.writeNull();
		}

		@Override
		public void visitBoolean(Boolean value) {
			this.json.writeBoolean(value);
		}

		@Override
		public void visitString(String value) {
			this.json.writeString(value);
		}

		@Override
		public void visitNumber(SdkNumber value) {
			this.json.writeNumber(value.stringValue());
		}

		@Override
		public void visitMap(Map<String, Document> members) {
			this.json.writeStartObject();
			members.forEach((name, value) -> {
				this.json.writeName(name);
				value.accept(this);
			});
			this.json.writeEndObject();
		}

		@Override
		public void visitList(List<Document> elements) {
			this.json.writeStartArray();
			elements.forEach((element) -> element.accept(this));
			this.json.writeEndArray();
		}

	}

}
