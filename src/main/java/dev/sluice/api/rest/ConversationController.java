package dev.sluice.api.rest;

import dev.sluice.api.Callers;
import dev.sluice.api.RequestBody;
import dev.sluice.orchestration.conversation.Conversation;
import dev.sluice.orchestration.conversation.ConversationException;
import dev.sluice.orchestration.conversation.ConversationPage;
import dev.sluice.orchestration.conversation.Conversations;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Conversations and their messages over HTTP. */
@RestController
@RequestMapping("/v1/conversations")
class ConversationController {

	private static final int PAGE = 50;

	private final Conversations conversations;

	private final RequestBody bodies;

	ConversationController(Conversations conversations, RequestBody bodies) {
		this.conversations = conversations;
		this.bodies = bodies;
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<byte[]> create(HttpServletRequest request) {
		String title = ConversationBody.Creation.read(this.bodies, request).title();
		return created(this.conversations.create(Callers.of(request), title));
	}

	@PostMapping(headers = "!Content-Type")
	ResponseEntity<byte[]> createOfNothing(HttpServletRequest request) {
		return create(request);
	}

	@GetMapping
	ResponseEntity<byte[]> list(@RequestParam(required = false) @Nullable String after,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request) {
		return ok(ConversationJson.write(this.conversations.list(Callers.of(request), limit(limit), after),
				ConversationJson::writeFields));
	}

	@GetMapping("/{id}")
	ResponseEntity<byte[]> read(@PathVariable String id, HttpServletRequest request) {
		return ok(ConversationJson.write(this.conversations.find(Callers.of(request), id)));
	}

	@PatchMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<byte[]> change(@PathVariable String id, HttpServletRequest request) {
		ConversationBody.Changes changes = ConversationBody.Changes.read(this.bodies, request);
		return ok(ConversationJson
			.write(this.conversations.update(Callers.of(request), id, changes.title(), changes.subjects())));
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable String id, HttpServletRequest request) {
		this.conversations.delete(Callers.of(request), id);
	}

	@GetMapping("/{id}/messages")
	ResponseEntity<byte[]> messages(@PathVariable String id, @RequestParam(defaultValue = "0") String after,
			@RequestParam(required = false) @Nullable String limit, HttpServletRequest request) {
		if (!after.matches("[0-9]{1,10}")) {
			throw ConversationException.invalid("after", "must be the sequence of a message");
		}
		return ok(ConversationJson.write(
				this.conversations.messages(Callers.of(request), id, limit(limit), Long.parseLong(after)),
				ConversationJson::writeFields));
	}

	@PostMapping(path = "/{id}/fork", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<byte[]> fork(@PathVariable String id, HttpServletRequest request) {
		ConversationBody.Copy copy = ConversationBody.Copy.read(this.bodies, request);
		return created(this.conversations.fork(Callers.of(request), id, copy.after(), copy.title()));
	}

	@PostMapping(path = "/{id}/fork", headers = "!Content-Type")
	ResponseEntity<byte[]> forkAll(@PathVariable String id, HttpServletRequest request) {
		return fork(id, request);
	}

	private static ResponseEntity<byte[]> created(Conversation conversation) {
		return ResponseEntity.status(HttpStatus.CREATED)
			.header("Location", "/v1/conversations/" + conversation.id())
			.contentType(MediaType.APPLICATION_JSON)
			.body(ConversationJson.write(conversation));
	}

	private static ResponseEntity<byte[]> ok(byte[] json) {
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
	}

	private static int limit(@Nullable String limit) {
		if (limit == null) {
			return PAGE;
		}
		if (!limit.matches("[1-9][0-9]{0,8}") || Integer.parseInt(limit) > ConversationPage.MOST) {
			throw ConversationException.invalid("limit", "must be a whole number from 1 to " + ConversationPage.MOST);
		}
		return Integer.parseInt(limit);
	}

}
