package dev.sluice.api.stomp;

import java.io.IOException;
import java.util.Map;

import dev.sluice.api.Problem;
import dev.sluice.api.ProblemWriter;
import dev.sluice.orchestration.generation.Failure;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Tells a client that asks for the WebSocket endpoint with plain HTTP what it is. */
final class UpgradeOnly implements HandshakeInterceptor {

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) throws IOException {
		if ("websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
			return true;
		}
		response.getHeaders().set("Upgrade", "websocket");
		if (response instanceof ServletServerHttpResponse servlet) {
			ProblemWriter.write(servlet.getServletResponse(),
					Problem.of(Failure.invalid("Upgrade", "This endpoint speaks STOMP over WebSocket only"))
						.withStatus(426, "Upgrade Required"));
		}
		return false;
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
	}

}
