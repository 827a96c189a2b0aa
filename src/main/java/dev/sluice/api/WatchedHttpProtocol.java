package dev.sluice.api;

import java.io.IOException;
import java.util.function.BooleanSupplier;

import org.apache.coyote.ErrorState;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 whose connections can be asked whether the client has closed them. The Servlet
 * API tells that only to those who write, and a model may be silent for long. The answer
 * is a look for more input that does not wait: the end of the stream shows at once, and a
 * pipelined next request stays where the server will read it.
 */
public class WatchedHttpProtocol extends Http11NioProtocol {

	/** Tomcat leaves the upper half of a request's 32 notes to others. */
	private static final int NOTE = 20;

	@Override
	protected Processor createProcessor() {
		return new WatchedProcessor(this);
	}

	/**
	 * Whether the client of a request has closed the connection or its sending half. Only
	 * to be asked while nobody reads the request. Nothing for a request of another
	 * protocol.
	 */
	static @Nullable BooleanSupplier closed(org.apache.coyote.Request request) {
		return (BooleanSupplier) request.getNote(NOTE);
	}

	private static final class WatchedProcessor extends Http11Processor {

		private volatile boolean spent;

		private WatchedProcessor(WatchedHttpProtocol protocol) {
			super(protocol, protocol.getAdapter());
			this.request.setNote(NOTE, (BooleanSupplier) this::closed);
		}

		/**
		 * Not to be used again once a connection failed: the thread that wrote when it
		 * did may still be on its way out, and would break the next client's request,
		 * which Tomcat serves with the same objects.
		 */
		@Override
		protected void setErrorState(ErrorState errorState, Throwable failure) {
			this.spent = true;
			super.setErrorState(errorState, failure);
		}

		/** Tomcat keeps no processor for which this is true once it is recycled. */
		@Override
		public boolean isUpgrade() {
			return super.isUpgrade() || this.spent && !getErrorState().isError();
		}

		private boolean closed() {
			try {
				getSocketWrapper().isReadyForRead();
				return false;
			}
			catch (IOException _) {
				return true;
			}
		}

	}

}
