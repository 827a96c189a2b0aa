package dev.sluice.api.rest;

import java.util.Map;

import dev.sluice.api.Callers;
import dev.sluice.api.RequestBody;
import dev.sluice.prompt.guardrail.Guardrails;
import dev.sluice.prompt.guardrail.NamedPolicy;
import dev.sluice.prompt.terms.PromptException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Guardrail policies over HTTP. */
@RestController
@RequestMapping("/v1/guardrails")
class GuardrailController {

	private static final int PAGE = 50;

	private static final int MOST = 200;

	private final Guardrails guardrails;

	private final RequestBody bodies;

	GuardrailController(Guardrails guardrails, RequestBody bodies) {
		this.guardrails = guardrails;
		this.bodies = bodies;
	}

	@GetMapping
	Map<String, Object> list(@RequestParam(required = false) @Nullable String after,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request) {
		int items = (limit != null) ? (int) number(limit, "limit", MOST) : PAGE;
		return GuardrailBody.of(this.guardrails.list(Callers.of(request).tenant(), after, items));
	}

	@GetMapping("/{name}")
	ObjectNode read(@PathVariable String name, HttpServletRequest request) {
		return GuardrailBody.of(this.guardrails.read(Callers.of(request).tenant(), name));
	}

	@PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ObjectNode save(@PathVariable String name, HttpServletRequest request) {
		JsonNode body = this.bodies.readObject(request);
		Long expected = GuardrailBody.expected(body);
		NamedPolicy saved = this.guardrails.save(Callers.of(request), name, GuardrailBody.policy(body, name), expected);
		return GuardrailBody.of(saved);
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable String name, @RequestParam(required = false) @Nullable String expected,
			HttpServletRequest request) {
		this.guardrails.delete(Callers.of(request), name,
				(expected != null) ? number(expected, "expected", Long.MAX_VALUE) : null);
	}

	@PostMapping(path = "/{name}/apply", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> apply(@PathVariable String name, HttpServletRequest request) {
		JsonNode body = this.bodies.readObject(request);
		GuardrailBody.onlyToApply(body);
		return GuardrailBody.of(this.guardrails.apply(Callers.of(request).tenant(), name, GuardrailBody.stage(body),
				GuardrailBody.text(body)));
	}

	private static long number(String text, String field, long most) {
		if (!text.matches("[1-9][0-9]{0,17}") || Long.parseLong(text) > most) {
			throw PromptException.invalid(field,
					"must be a whole number from 1" + ((most < Long.MAX_VALUE) ? " to " + most : ""));
		}
		return Long.parseLong(text);
	}

}
