package dev.sluice.api;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.sluice.testing.SseClient;
import dev.sluice.testing.StompClient.Frame;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who asks while a conversation waits for an answer is told which, through every door.
 */
class BusyConversationTests extends DoorTests {

	private static final JsonMapper JSON = new JsonMapper();

	@Test
	void namesTheGenerationThatIsInTheWay() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		this.bedrock.answer((exchange) -> exchange.await(go).whole(8));
		String body = """
				{"messages":[{"role":"user","content":"hi"}],"conversationId":"busy-%s"}"""
			.formatted(System.nanoTime());
		SseClient first = this.gateway.stream(body);
		first.next();
		JsonNode problem = JSON.readTree("""
				{"type":"urn:sluice:problem:conflict","title":"The state does not allow this","status":409,
				 "code":"conflict","detail":"The conversation waits for the answer of %1$s","generationId":"%1$s",
				 "traceId":"TRACE"}""".formatted(first.generation()));

		HttpResponse<String> sync = this.gateway.generate(body);
		HttpResponse<String> async = this.gateway.generate(body, "Prefer", "respond-async");
		HttpResponse<String> streamed = this.gateway.generate(body, "Accept", "text/event-stream");
		Frame message = this.gateway.stomp().generate(body, "request-id:r").next();

		for (HttpResponse<String> response : List.of(sync, async, streamed)) {
			assertThat(response.statusCode()).isEqualTo(409);
			assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(masked(response.body())).isEqualTo(problem);
		}
		assertThat(message.type()).isEqualTo("failed");
		assertThat(message.json().path("code").asString()).isEqualTo("conflict");
		assertThat(message.json().has("generationId")).isFalse();
		assertThat(masked(message.json().path("problem").toString())).isEqualTo(problem);
		go.countDown();
		first.all();
		assertThat(this.gateway.generate(body).statusCode()).isEqualTo(200);
	}

	private static JsonNode masked(String problem) {
		return JSON.readTree(problem.replaceAll("[0-9a-f]{32}", "TRACE"));
	}

}
