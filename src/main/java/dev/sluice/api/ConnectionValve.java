package dev.sluice.api;

import java.io.IOException;
import java.util.function.BooleanSupplier;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Leaves in every request a way to ask whether its client has closed the connection. The
 * Servlet API tells that only to those who write, and a model may be silent for long.
 * Tomcat's non-blocking look for more input sees the end of the stream at once; a
 * pipelined next request stays in the buffer. Only a thread that knows that nobody else
 * is reading may ask.
 */
final class ConnectionValve extends ValveBase {

	/** The attribute of the request that holds the {@link BooleanSupplier}. */
	static final String CLOSED = ConnectionValve.class.getName() + ".closed";

	ConnectionValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		org.apache.coyote.Request connection = request.getCoyoteRequest();
		request.setAttribute(CLOSED, (BooleanSupplier) () -> seesEnd(connection) && seesEnd(connection));
		getNext().invoke(request, response);
	}

	/**
	 * Tomcat reports 1 byte where reading fails; asked again, a real byte is reported as
	 * none, being in the buffer.
	 */
	private static boolean seesEnd(org.apache.coyote.Request connection) {
		connection.action(ActionCode.AVAILABLE, true);
		return connection.getAvailable() == 1;
	}

}
