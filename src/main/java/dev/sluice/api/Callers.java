package dev.sluice.api;

import java.net.InetSocketAddress;

import dev.sluice.prompt.terms.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Who calls: nobody signs in yet, so that it is known by the address alone. */
public final class Callers {

	private Callers() {
	}

	public static Caller of(HttpServletRequest request) {
		return Caller.anonymous(String.valueOf(request.getRemoteAddr()));
	}

	public static Caller of(@Nullable InetSocketAddress client) {
		return Caller.anonymous(
				(client != null && client.getAddress() != null) ? client.getAddress().getHostAddress() : "unknown");
	}

}
