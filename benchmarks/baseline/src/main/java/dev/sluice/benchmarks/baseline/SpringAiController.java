package dev.sluice.benchmarks.baseline;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Spring AI as its manual shows it. */
@RestController
class SpringAiController {

	private final ChatClient chatClient;

	SpringAiController(ChatClient.Builder builder) {
		this.chatClient = builder.build();
	}

	@PostMapping("/spring-ai/chat")
	String chat(@RequestBody GenerationRequest request) {
		return this.chatClient.prompt().user(request.lastMessage()).call().content();
	}

	/** The text alone: the least that Spring AI can stream. */
	@PostMapping(path = "/spring-ai/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> stream(@RequestBody GenerationRequest request) {
		return this.chatClient.prompt().user(request.lastMessage()).stream().content();
	}

	/** Numbered JSON events, as Sluice and the bare door send them. */
	@PostMapping(path = "/spring-ai/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> events(@RequestBody GenerationRequest request) {
		Flux<ServerSentEvent<Object>> started = Flux.just(event("started", new Started("gen_0")));
		Flux<ServerSentEvent<Object>> deltas = stream(request).map((text) -> event("delta", new Delta(text)));
		Flux<ServerSentEvent<Object>> completed = Flux.just(event("completed", new Completed("end_turn")));
		return Flux.concat(started, deltas, completed)
			.index((index, event) -> ServerSentEvent.builder(event.data())
				.id(Long.toString(index + 1))
				.event(event.event())
				.build());
	}

	private static ServerSentEvent<Object> event(String type, Object data) {
		return ServerSentEvent.builder(data).event(type).build();
	}

	record Started(String id) {
	}

	record Delta(String text) {
	}

	record Completed(String finishReason) {
	}

}
