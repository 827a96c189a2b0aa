package dev.sluice.model.bedrock;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.sluice.model.CallScope;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Lets another thread end a blocking call of the SDK: the SDK has no handle for it, but
 * its HTTP request has.
 */
final class AbortingHttpClient implements SdkHttpClient {

	private static final ScopedValue<Call> CALL = ScopedValue.newInstance();

	private final SdkHttpClient delegate;

	AbortingHttpClient(SdkHttpClient delegate) {
		this.delegate = delegate;
	}

	/** Calls the SDK, whose request is aborted as soon as the scope ends. */
	static <T> T within(CallScope scope, Supplier<T> sdk) {
		Call call = new Call(scope, new AtomicReference<>());
		try (CallScope.Registration _ = scope.onEnd(call::abort)) {
			return ScopedValue.where(CALL, call).call(sdk::get);
		}
	}

	@Override
	public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
		ExecutableHttpRequest executable = this.delegate.prepareRequest(request);
		CALL.get().started(executable);
		return new Impatient(executable);
	}

	@Override
	public String clientName() {
		return this.delegate.clientName();
	}

	@Override
	public void close() {
		this.delegate.close();
	}

	private record Impatient(ExecutableHttpRequest request) implements ExecutableHttpRequest {

		@Override
		public HttpExecuteResponse call() throws IOException {
			HttpExecuteResponse response = this.request.call();
			return HttpExecuteResponse.builder()
				.response(response.httpResponse())
				.responseBody(response.responseBody().map((body) -> ImpatientBody.of(body, this.request)).orElse(null))
				.build();
		}

		@Override
		public void abort() {
			this.request.abort();
		}

	}

	private record Call(CallScope scope, AtomicReference<ExecutableHttpRequest> request) {

		void started(ExecutableHttpRequest executable) {
			this.request.set(executable);
			if (this.scope.ended()) {
				executable.abort();
			}
		}

		void abort() {
			ExecutableHttpRequest executable = this.request.get();
			if (executable != null) {
				executable.abort();
			}
		}

	}

}
