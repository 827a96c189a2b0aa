package dev.sluice.model.bedrock;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.sluice.model.ModelException;
import dev.sluice.model.ModelException.Reason;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/**
 * Hands one stream from the SDK's event loop, which must never wait, to the thread that
 * called. No more events lie between them than were asked for.
 */
final class SdkStream implements ConverseStreamResponseHandler, Subscriber<ConverseStreamOutput> {

	private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

	/** How many events may lie between the threads. */
	private static final int BATCH = 32;

	/** The end of the stream, with what it failed with, if it failed. */
	private record End(@Nullable Throwable failure) {
	}

	private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();

	private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

	private @Nullable Throwable failure;

	private int taken;

	@Override
	public void responseReceived(ConverseStreamResponse response) {
		String type = response.sdkHttpResponse().firstMatchingHeader("Content-Type").orElse("");
		if (!type.startsWith(EVENT_STREAM)) {
			end(new ModelException(Reason.BROKEN, "The answer is no event stream"));
		}
	}

	@Override
	public void onEventStream(SdkPublisher<ConverseStreamOutput> publisher) {
		publisher.subscribe(this);
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription.complete(subscription);
		subscription.request(BATCH);
	}

	@Override
	public void onNext(ConverseStreamOutput event) {
		this.signals.add(event);
	}

	@Override
	public void onComplete() {
		end(null);
	}

	@Override
	public void onError(Throwable failure) {
		end(failure);
	}

	@Override
	public void exceptionOccurred(Throwable failure) {
		// The subscriber and the future of the call are told too.
	}

	@Override
	public void complete() {
		// The subscriber is told too.
	}

	/** Ends the stream; may be called more than once, and only the first counts. */
	void end(@Nullable Throwable failure) {
		this.signals.add(new End(failure));
	}

	/** Closes the connection, if there is one by now. */
	void cancel() {
		this.subscription.thenAccept(Subscription::cancel);
	}

	/**
	 * Waits for the next event; {@code null} at the end, whose {@link #failure} then says
	 * why.
	 * @param beforeWaiting runs if the next event is not there yet
	 */
	@Nullable ConverseStreamOutput next(Runnable beforeWaiting) throws InterruptedException {
		Object signal = this.signals.poll();
		if (signal == null) {
			beforeWaiting.run();
			signal = this.signals.take();
		}
		return event(signal);
	}

	/** What the stream ended with, if it was no proper end. */
	@Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * Passes over what is left, so that the connection can be used again, but not for
	 * long.
	 */
	void drain(Duration patience) throws InterruptedException {
		long deadline = System.nanoTime() + patience.toNanos();
		Object signal;
		do {
			signal = this.signals.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		while (signal != null && event(signal) != null);
	}

	private @Nullable ConverseStreamOutput event(Object signal) {
		if (signal instanceof ConverseStreamOutput event) {
			requestMore();
			return event;
		}
		this.failure = ((End) signal).failure();
		return null;
	}

	private void requestMore() {
		if (++this.taken == BATCH / 2) {
			this.taken = 0;
			this.subscription.join().request(BATCH / 2);
		}
	}

}
