package dev.sluice.model.bedrock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelEventSink;
import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Converse and ConverseStream on the wire, over HTTP/1.1. */
final class WireBedrockClient implements ModelClient, AutoCloseable {

	private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

	private static final int MOST_ERROR_BODY = 65_536;

	private final BedrockEndpoint endpoint;

	private final ModelPaths converse;

	private final ModelPaths converseStream;

	private final CallSigner signer;

	private final HttpHost host;

	private final BedrockHttp http;

	WireBedrockClient(BedrockProperties properties) {
		this(properties, BedrockEndpoint.resolve());
	}

	WireBedrockClient(BedrockProperties properties, BedrockEndpoint endpoint) {
		this.endpoint = endpoint;
		BedrockRoute route = BedrockRoute.to(endpoint.uri());
		this.converse = new ModelPaths(endpoint.uri(), "converse");
		this.converseStream = new ModelPaths(endpoint.uri(), "converse-stream");
		this.signer = CallSigner.of(endpoint);
		this.host = route.route().getTargetHost();
		this.http = BedrockHttp.open(route, properties);
	}

	@Override
	public void close() throws IOException {
		this.http.close();
	}

	@Override
	public ModelReply converse(ModelRequest request, CallScope scope) {
		HttpUriRequestBase call = prepare(this.converse, request, false, scope);
		try (CallScope.Registration _ = scope.onEnd(call::cancel)) {
			InputStream body = send(call).getContent();
			ModelReply reply = ConverseReplyReader.read(body);
			drain(body, call);
			return reply;
		}
		catch (IOException ex) {
			throw broken(ex, Reason.CONNECTION, scope);
		}
		finally {
			end(call);
		}
	}

	@Override
	public void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope) {
		HttpUriRequestBase call = prepare(this.converseStream, request, true, scope);
		ConverseStream stream = new ConverseStream(sink, scope);
		try (CallScope.Registration _ = scope.onEnd(call::cancel)) {
			HttpEntity entity = send(call);
			if (entity.getContentType() == null
					|| !entity.getContentType().regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length())) {
				throw new ModelException(Reason.BROKEN, "The answer is no event stream");
			}
			InputStream body = entity.getContent();
			stream.relay(body);
			drain(body, call);
		}
		catch (IOException ex) {
			throw broken(ex, stream.started() ? Reason.BROKEN : Reason.CONNECTION, scope);
		}
		finally {
			end(call);
		}
	}

	private HttpUriRequestBase prepare(ModelPaths paths, ModelRequest request, boolean streaming, CallScope scope) {
		scope.check();
		this.endpoint.describe();
		ModelPaths.Address address = paths.of(request.modelId());
		byte[] body = ConverseRequestWriter.write(request, streaming);
		HttpUriRequestBase call = new HttpUriRequestBase("POST", address.uri());
		call.setConfig(BedrockHttp.CONFIG);
		call.addHeader("User-Agent", "sluice");
		try {
			this.signer.sign(call, address.canonical(), body);
		}
		catch (SdkException ex) {
			throw new ModelException(Reason.ACCESS_DENIED, "No credentials for the call", ex);
		}
		call.setEntity(new ByteArrayEntity(body, null));
		return call;
	}

	/** The body of a successful answer. */
	private HttpEntity send(HttpUriRequestBase call) throws IOException {
		ClassicHttpResponse response = this.http.client().executeOpen(this.host, call, null);
		HttpEntity entity = response.getEntity();
		if (response.getCode() / 100 == 2 && entity != null) {
			return entity;
		}
		byte[] body = (entity != null) ? entity.getContent().readNBytes(MOST_ERROR_BODY) : new byte[0];
		throw BedrockErrors.ofResponse(response.getCode(), header(response, "x-amzn-ErrorType"),
				header(response, "x-amzn-RequestId"), body);
	}

	private static @Nullable String header(ClassicHttpResponse response, String name) {
		Header header = response.getFirstHeader(name);
		return (header != null) ? header.getValue() : null;
	}

	/**
	 * Reads to the end of a body whose answer is complete, which gives the connection
	 * back to the pool. A connection that isn't at its end soon is closed instead.
	 */
	private static void drain(InputStream body, HttpUriRequestBase call) {
		try {
			// As a rule the end has come together with what was read last.
			if (body.available() <= 0 || body.read() >= 0) {
				drainSoon(body, call);
			}
		}
		catch (IOException _) {
			// The answer is complete, so this costs only the connection.
		}
	}

	private static void drainSoon(InputStream body, HttpUriRequestBase call) throws IOException {
		Future<?> impatience = ForkJoinPool.commonPool().schedule(call::cancel, 1, TimeUnit.SECONDS);
		try {
			body.transferTo(OutputStream.nullOutputStream());
		}
		finally {
			impatience.cancel(false);
		}
	}

	/**
	 * Closes the connection unless it has gone back to the pool. The body is never
	 * closed, since that would wait for the rest of it.
	 */
	private static void end(HttpUriRequestBase call) {
		call.cancel();
	}

	private static ModelException broken(IOException ex, Reason reason, CallScope scope) {
		if (Thread.currentThread().isInterrupted()) {
			scope.cancel();
		}
		scope.check();
		return new ModelException(reason, "The connection to Bedrock failed: " + ex.getMessage(), ex);
	}

}
