package dev.sluice.api.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.sluice.api.Callers;
import dev.sluice.api.RequestBody;
import dev.sluice.prompt.template.LabelTarget;
import dev.sluice.prompt.template.Page;
import dev.sluice.prompt.template.Template;
import dev.sluice.prompt.template.TemplateFiles;
import dev.sluice.prompt.template.TemplateHead;
import dev.sluice.prompt.template.TemplateJson;
import dev.sluice.prompt.template.Templates;
import dev.sluice.prompt.terms.PromptException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Templates, their versions and labels over HTTP. */
@RestController
@RequestMapping("/v1/templates")
class TemplateController {

	private static final int PAGE = 50;

	private final Templates templates;

	private final TemplateFiles files;

	private final RequestBody bodies;

	TemplateController(Templates templates, TemplateFiles files, RequestBody bodies) {
		this.templates = templates;
		this.files = files;
		this.bodies = bodies;
	}

	@PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Map<String, Object>> create(@PathVariable String name, HttpServletRequest request) {
		JsonNode body = this.bodies.readObject(request);
		TemplateHead head = this.templates.create(Callers.of(request), name, TemplateJson.read(body, "basedOn"),
				TemplateBody.basedOn(body));
		Map<String, Object> created = new LinkedHashMap<>();
		created.put("name", name);
		created.put("version", head.version());
		return ResponseEntity.status(HttpStatus.CREATED)
			.header("Location", "/v1/templates/%s/versions/%d".formatted(name, head.version()))
			.body(created);
	}

	@GetMapping
	Map<String, @Nullable Object> list(@RequestParam(defaultValue = "") String prefix,
			@RequestParam(required = false) @Nullable String after,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request) {
		return TemplateBody.of(this.templates.list(Callers.of(request).tenant(), prefix, after, limit(limit)),
				TemplateBody::of);
	}

	@GetMapping("/{name}")
	Map<String, @Nullable Object> read(@PathVariable String name, HttpServletRequest request) {
		String tenant = Callers.of(request).tenant();
		TemplateHead head = this.templates.head(tenant, name);
		return TemplateBody.of(head, this.templates.version(tenant, head, head.version()));
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void archive(@PathVariable String name, HttpServletRequest request) {
		this.templates.archive(Callers.of(request), name);
	}

	@GetMapping("/{name}/versions")
	Map<String, @Nullable Object> versions(@PathVariable String name,
			@RequestParam(required = false) @Nullable String after,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request) {
		int below = (after != null) ? number(after, "after") : Integer.MAX_VALUE;
		return TemplateBody.of(this.templates.versions(Callers.of(request).tenant(), name, below, limit(limit)),
				TemplateBody::of);
	}

	@GetMapping("/{name}/versions/{version}")
	Map<String, @Nullable Object> version(@PathVariable String name, @PathVariable String version,
			HttpServletRequest request) {
		Template template = this.templates.version(Callers.of(request).tenant(), name, number(version, "version"));
		return TemplateBody.of(template);
	}

	@GetMapping("/{name}/diff")
	Map<String, Object> diff(@PathVariable String name, @RequestParam(required = false) @Nullable String from,
			@RequestParam(required = false) @Nullable String to, HttpServletRequest request) {
		int one = number(from, "from");
		int other = number(to, "to");
		Map<String, Object> diff = new LinkedHashMap<>();
		diff.put("name", name);
		diff.put("from", one);
		diff.put("to", other);
		diff.put("changes",
				this.templates.diff(Callers.of(request).tenant(), name, one, other)
					.stream()
					.map(TemplateBody::of)
					.toList());
		return diff;
	}

	@PutMapping(path = "/{name}/labels/{label}", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> label(@PathVariable String name, @PathVariable String label, HttpServletRequest request) {
		JsonNode body = this.bodies.readObject(request);
		LabelTarget target = TemplateBody.target(body);
		this.templates.label(Callers.of(request), name, label, target, TemplateBody.expectation(body));
		Map<String, Object> set = new LinkedHashMap<>();
		set.put("name", name);
		set.put("label", label);
		set.putAll(TemplateBody.of(target));
		return set;
	}

	@DeleteMapping("/{name}/labels/{label}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void removeLabel(@PathVariable String name, @PathVariable String label,
			@RequestParam(required = false) @Nullable String expected, HttpServletRequest request) {
		this.templates.removeLabel(Callers.of(request), name, label, (expected != null)
				? new Templates.Expectation(new LabelTarget.Fixed(number(expected, "expected"))) : null);
	}

	@GetMapping(path = "/export", produces = "application/zip")
	ResponseEntity<byte[]> export(@RequestParam(defaultValue = "") String prefix, HttpServletRequest request) {
		return ResponseEntity.ok()
			.header("Content-Disposition", "attachment; filename=\"templates.zip\"")
			.body(this.files.export(Callers.of(request).tenant(), prefix));
	}

	@PostMapping(path = "/import", consumes = "application/zip")
	Map<String, Object> importZip(HttpServletRequest request) {
		List<TemplateFiles.Imported> imported = this.bodies.read(request,
				(zip) -> this.files.importZip(Callers.of(request), zip));
		return Map.of("items", imported);
	}

	private static int limit(@Nullable String limit) {
		int items = (limit != null) ? number(limit, "limit") : PAGE;
		if (items > Page.MOST) {
			throw PromptException.invalid("limit", "must be at most " + Page.MOST);
		}
		return items;
	}

	private static int number(@Nullable String text, String field) {
		if (text == null || !text.matches("[1-9][0-9]{0,8}")) {
			throw PromptException.invalid(field, "must be a whole number from 1");
		}
		return Integer.parseInt(text);
	}

}
