package dev.sluice.model.bedrock;

import java.io.IOException;
import java.io.InputStream;

import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * A connection whose chunked bodies tell by {@link InputStream#available} that the next
 * chunk has come too. HttpClient's own say 0 at the end of each chunk, and Bedrock sends
 * every event in a chunk of its own, so that a burst of events would look like a trickle.
 */
final class BurstAwareConnection extends DefaultManagedHttpClientConnection {

	/** The line end after a chunk, which comes with it and promises nothing. */
	private static final int CHUNK_END = 2;

	BurstAwareConnection(String id) {
		super(id, null, null, Http1Config.DEFAULT, null, null, null, null);
	}

	@Override
	protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
		if (length != ContentLengthStrategy.CHUNKED) {
			return super.createContentInputStream(length, buffer, in);
		}
		return new ChunkedInputStream(buffer, in, Http1Config.DEFAULT) {

			@Override
			public int available() throws IOException {
				int inThisChunk = super.available();
				return (inThisChunk > 0) ? inThisChunk : Math.max(0, buffer.length() - CHUNK_END);
			}

		};
	}

}
