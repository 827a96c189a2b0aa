package dev.sluice.model.bedrock;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.AbortableInputStream;

/**
 * A body that does not wait long for its rest when it is closed. HttpClient reads to the
 * end then, to keep the connection, and the SDK closes every body it can't read.
 */
final class ImpatientBody extends FilterInputStream {

	private final Abortable request;

	private ImpatientBody(AbortableInputStream body, Abortable request) {
		super(body);
		this.request = request;
	}

	static AbortableInputStream of(AbortableInputStream body, Abortable request) {
		return AbortableInputStream.create(new ImpatientBody(body, request), body);
	}

	@Override
	public void close() {
		Future<?> impatience = ForkJoinPool.commonPool().schedule(this.request::abort, 1, TimeUnit.SECONDS);
		try {
			super.close();
		}
		catch (IOException _) {
			// What was read stands, so this costs only the connection.
		}
		finally {
			impatience.cancel(false);
		}
	}

}
