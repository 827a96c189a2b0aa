package dev.sluice.benchmarks.baseline;

import java.time.Instant;
import java.util.List;

/** The finished generation as Sluice answers it. */
record Generation(String id, String status, String model, Output output, String finishReason, Usage usage,
		Instant createdAt, Instant completedAt) {

	record Output(String role, List<Part> content, String text) {
	}

	record Part(String type, String text) {
	}

	record Usage(int inputTokens, int outputTokens, int cacheReadTokens, int cacheWriteTokens) {
	}

}
