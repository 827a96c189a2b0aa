package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;

import static org.awaitility.Awaitility.await;

/** A collector of traces on a loopback socket, which takes OTLP over HTTP. */
public final class OtlpReceiver implements AutoCloseable {

	private final HttpServer server;

	private final List<byte[]> exports = new CopyOnWriteArrayList<>();

	private final List<Span> spans = new CopyOnWriteArrayList<>();

	private final List<Resource> resources = new CopyOnWriteArrayList<>();

	private final List<String> headers = new CopyOnWriteArrayList<>();

	public OtlpReceiver() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/v1/traces", this::take);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.start();
	}

	public String endpoint() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/** All spans so far. */
	public List<Span> spans() {
		return List.copyOf(this.spans);
	}

	/** What a trace has, once it has so many spans. */
	public List<Span> trace(String traceId, int count) {
		await().atMost(Duration.ofSeconds(10)).until(() -> trace(traceId).size() >= count);
		return trace(traceId);
	}

	/** What a trace has so far. */
	public List<Span> trace(String traceId) {
		return this.spans.stream().filter((span) -> hex(span.getTraceId()).equals(traceId)).toList();
	}

	/** The only one of that name. */
	public static Span named(List<Span> spans, String name) {
		List<Span> found = spans.stream().filter((span) -> span.getName().equals(name)).toList();
		if (found.size() != 1) {
			throw new AssertionError(found.size() + " are named '" + name + "' of " + spans);
		}
		return found.getFirst();
	}

	/** The value of an attribute as text; {@code null} if there is none. */
	public static String attribute(List<KeyValue> attributes, String key) {
		return attributes.stream()
			.filter((attribute) -> attribute.getKey().equals(key))
			.map((attribute) -> text(attribute.getValue()))
			.findFirst()
			.orElse(null);
	}

	public static String attribute(Span span, String key) {
		return attribute(span.getAttributesList(), key);
	}

	public static boolean isChild(Span child, Span parent) {
		return child.getParentSpanId().equals(parent.getSpanId()) && child.getTraceId().equals(parent.getTraceId());
	}

	public static String hex(ByteString id) {
		return HexFormat.of().formatHex(id.toByteArray());
	}

	/** Who sent them. */
	public List<Resource> resources() {
		return List.copyOf(this.resources);
	}

	/** The credentials of all exports. */
	public List<String> authorizations() {
		return List.copyOf(this.headers);
	}

	/** Every byte that came. */
	public byte[] bytes() {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		this.exports.forEach(all::writeBytes);
		return all.toByteArray();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	private void take(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			this.exports.add(body);
			this.headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
			ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach((resource) -> {
				this.resources.add(resource.getResource());
				resource.getScopeSpansList().forEach((scope) -> this.spans.addAll(scope.getSpansList()));
			});
			exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
			exchange.sendResponseHeaders(200, -1);
		}
	}

	private static String text(AnyValue value) {
		return switch (value.getValueCase()) {
			case STRING_VALUE -> value.getStringValue();
			case INT_VALUE -> Long.toString(value.getIntValue());
			case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
			case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
			case ARRAY_VALUE ->
				value.getArrayValue().getValuesList().stream().map(OtlpReceiver::text).toList().toString();
			default -> value.toString();
		};
	}

}
