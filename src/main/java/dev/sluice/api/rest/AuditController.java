package dev.sluice.api.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;

import dev.sluice.api.Callers;
import dev.sluice.api.GenerationJson;
import dev.sluice.orchestration.generation.ErrorCode;
import dev.sluice.orchestration.generation.GenerationException;
import dev.sluice.prompt.audit.AuditLog;
import dev.sluice.prompt.audit.AuditVerifier;
import dev.sluice.prompt.audit.TimeRange;
import dev.sluice.prompt.audit.Verdict;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The audit trail, to be read and verified. */
@Controller
@RequestMapping(path = "/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
class AuditController {

	private static final Duration DEFAULT_RANGE = Duration.ofHours(24);

	private static final String DEFAULT_LIMIT = "50";

	/** Proxies wait for half a minute. */
	private static final Duration VERIFICATION_LIMIT = Duration.ofSeconds(25);

	/** Each reads as fast as DynamoDB answers. */
	private static final int VERIFICATIONS_AT_ONCE = 2;

	private final Semaphore verifications = new Semaphore(VERIFICATIONS_AT_ONCE);

	private final AuditLog log;

	private final AuditVerifier verifier;

	AuditController(AuditLog log, AuditVerifier verifier) {
		this.log = log;
		this.verifier = verifier;
	}

	@GetMapping
	void find(@RequestParam(required = false) @Nullable String from,
			@RequestParam(required = false) @Nullable String to,
			@RequestParam(required = false) @Nullable String template,
			@RequestParam(required = false) @Nullable String model,
			@RequestParam(defaultValue = DEFAULT_LIMIT) String limit,
			@RequestParam(required = false) @Nullable String after, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		AuditLog.Page page = this.log.find(new AuditLog.Query(Callers.of(request).tenant(), range(from, to), template,
				model, number(limit), after));
		write(GenerationJson.object((json) -> {
			json.writeArrayPropertyStart("items");
			page.items().forEach(json::writeRawValue);
			json.writeEndArray();
			if (page.next() != null) {
				json.writeStringProperty("next", page.next());
			}
		}), response);
	}

	@GetMapping("/verification")
	void verify(@RequestParam(required = false) @Nullable String from,
			@RequestParam(required = false) @Nullable String to, HttpServletResponse response) throws IOException {
		TimeRange range = range(from, to);
		if (!this.verifications.tryAcquire()) {
			throw new GenerationException(ErrorCode.STORE_UNAVAILABLE, "Enough other verifications are running");
		}
		try {
			Verdict verdict = this.verifier.verify(range, VERIFICATION_LIMIT);
			write(GenerationJson.object((json) -> writeFields(json, verdict)), response);
		}
		finally {
			this.verifications.release();
		}
	}

	@GetMapping("/{id}")
	void read(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
		String json = this.log.find(Callers.of(request).tenant(), id)
			.orElseThrow(() -> new GenerationException(ErrorCode.NOT_FOUND, "There is no such record"));
		write(json.getBytes(StandardCharsets.UTF_8), response);
	}

	/** Records that are younger than the request do not belong to its answer. */
	private static TimeRange range(@Nullable String from, @Nullable String to) {
		Instant end = TimeRange.to("to", to, Instant.now());
		return new TimeRange(TimeRange.from("from", from, end.minus(DEFAULT_RANGE)), end);
	}

	private static int number(String limit) {
		try {
			return Integer.parseInt(limit);
		}
		catch (NumberFormatException _) {
			return 0;
		}
	}

	private static void writeFields(JsonGenerator json, Verdict verdict) {
		json.writeBooleanProperty("intact", verdict.intact());
		json.writeNumberProperty("records", verdict.records());
		if (verdict.dropped() > 0) {
			json.writeNumberProperty("dropped", verdict.dropped());
		}
		if (verdict.keyless() > 0) {
			json.writeNumberProperty("keyless", verdict.keyless());
		}
		Verdict.Broken broken = verdict.broken();
		if (broken != null) {
			json.writeObjectPropertyStart("broken");
			json.writeStringProperty("writer", broken.writer());
			json.writeNumberProperty("sequence", broken.sequence());
			json.writeStringProperty("id", broken.id());
			json.writeStringProperty("reason", broken.reason().toString());
			json.writeEndObject();
		}
	}

	private static void write(byte[] json, HttpServletResponse response) throws IOException {
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

}
