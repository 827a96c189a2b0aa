package dev.sluice.api;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Hands every request the way to ask whether its client has left. */
final class ConnectionValve extends ValveBase {

	/** The attribute of the request that holds a {@code BooleanSupplier}. */
	static final String CLOSED = ConnectionValve.class.getName() + ".closed";

	ConnectionValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		request.setAttribute(CLOSED, WatchedHttpProtocol.closed(request.getCoyoteRequest()));
		getNext().invoke(request, response);
	}

}
