package dev.sluice.benchmarks.baseline;

import java.util.List;
import java.util.Map;

/** The part of Sluice's request that the load sends. */
record GenerationRequest(String model, List<Message> messages, Map<String, Object> parameters) {

	record Message(String role, String content) {
	}

	String lastMessage() {
		return this.messages.getLast().content();
	}

}
