package dev.sluice.prompt.template;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

import dev.sluice.prompt.Caller;
import dev.sluice.prompt.PromptException;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The templates of all tenants. {@link #find} answers from memory and is what a
 * generation calls; everything else asks the store.
 */
@Component
public class Templates {

	/** The most labels of a template. */
	static final int MOST_LABELS = 50;

	/** How often a write that nobody made conditional gives way to another. */
	private static final int ATTEMPTS = 20;

	private final TemplateStore store;

	private final TemplateCache cache;

	private final TemplateProperties properties;

	private final Clock clock = Clock.systemUTC();

	Templates(TemplateStore store, TemplateCache cache, TemplateProperties properties) {
		this.store = store;
		this.cache = cache;
		this.properties = properties;
	}

	/**
	 * The version that is meant, ready to be rendered.
	 * @param stickyKey whose share of a weighted label this is: a conversation, else a
	 * caller
	 * @throws PromptException if there is none, or it was never read and cannot be
	 */
	public Template find(String tenant, TemplateReference reference, String stickyKey) {
		if (reference.version() != null && reference.label() != null) {
			throw PromptException.invalid("template", "must name a version or a label, not both");
		}
		TemplateHead head = TemplateName.isValid(reference.name()) ? this.cache.head(tenant, reference.name()) : null;
		if (head == null || head.archived()) {
			throw notFound(reference.name());
		}
		int version = head.resolve(reference, stickyKey);
		Template template = (version != 0) ? this.cache.version(tenant, head.name(), version) : null;
		if (template == null) {
			throw new PromptException(PromptException.Reason.NOT_FOUND, "template",
					(reference.version() != null)
							? "The template %s has no version %d".formatted(head.name(), reference.version())
							: "The template %s has no such label".formatted(head.name()),
					null);
		}
		return template;
	}

	/**
	 * Writes the next version.
	 * @param basedOn the latest version as the author knows it, 0 for none; {@code null}
	 * if it does not matter
	 * @return the head that counts it
	 * @throws PromptException if the content does not fit, or {@code basedOn} is stale
	 */
	public TemplateHead create(Caller caller, String name, TemplateContent content, @Nullable Integer basedOn) {
		return create(caller, name, content, basedOn, UnaryOperator.identity());
	}

	/**
	 * Writes the next version.
	 * @param labels what becomes of the labels of a template that is new
	 */
	TemplateHead create(Caller caller, String name, TemplateContent content, @Nullable Integer basedOn,
			UnaryOperator<SortedMap<String, LabelTarget>> labels) {
		TemplateName.check(name);
		TemplateCheck.check(content, this.properties.maxRenderedLength());
		String json = TemplateCheck.json(content);
		String hash = TemplateCheck.hash(json);
		return repeat(() -> {
			TemplateHead before = this.store.head(caller.tenant(), name);
			int latest = (before != null) ? before.version() : 0;
			if (basedOn != null && basedOn != latest) {
				throw new PromptException(PromptException.Reason.CONFLICT, "basedOn",
						"The latest version of %s is %d, not %d".formatted(name, latest, basedOn), null);
			}
			Instant now = now();
			boolean fresh = before == null || before.archived();
			SortedMap<String, LabelTarget> kept = (before != null) ? before.labels() : new TreeMap<>();
			TemplateHead head = new TemplateHead(name, latest + 1, content.description(), caller.subject(),
					(before != null) ? before.createdAt() : now, now, fresh ? labels.apply(new TreeMap<>(kept)) : kept,
					false, (before != null) ? before.revision() + 1 : 1, hash);
			return this.store.write(caller.tenant(), head, before, json) ? wrote(caller.tenant(), head) : null;
		});
	}

	private TemplateHead wrote(String tenant, TemplateHead head) {
		this.cache.wrote(tenant, head);
		return head;
	}

	/** A change, tried again where somebody else was faster. */
	private interface Attempt {

		/** The new head, {@code null} if another was written meanwhile. */
		@Nullable TemplateHead make();

	}

	private static TemplateHead repeat(Attempt attempt) {
		for (int i = 0; i < ATTEMPTS; i++) {
			TemplateHead head = attempt.make();
			if (head != null) {
				return head;
			}
			LockSupport.parkNanos(
					ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(1L << Math.min(i, 6)) + 1));
		}
		throw new PromptException(PromptException.Reason.CONFLICT, "Too many others change this template at once");
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	private static PromptException notFound(String name) {
		return new PromptException(PromptException.Reason.NOT_FOUND, "template",
				TemplateName.isValid(name) ? "There is no template " + name : "There is no such template", null);
	}

}
