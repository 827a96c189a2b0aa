package dev.sluice.prompt.template;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.prompt.terms.ChangeLog;
import dev.sluice.prompt.terms.ChangeLog.Change;
import dev.sluice.prompt.terms.PromptException;
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

	private static final int MOST_WEIGHT = 1_000_000;

	/** How often a write that nobody made conditional gives way to another. */
	private static final int ATTEMPTS = 20;

	private final TemplateStore store;

	private final TemplateCache cache;

	private final TemplateProperties properties;

	private final ChangeLog changes;

	private final Clock clock = Clock.systemUTC();

	Templates(TemplateStore store, TemplateCache cache, TemplateProperties properties, ChangeLog changes) {
		this.store = store;
		this.cache = cache;
		this.properties = properties;
		this.changes = changes;
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
		this.changes.admit();
		TemplateHead created = repeat(() -> {
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
			if (!this.store.write(caller.tenant(), head, before, json)) {
				return null;
			}
			this.cache.wrote(caller.tenant(), new Template(name, head.version(), head.author(), now, content,
					this.properties.maxRenderedLength()));
			return wrote(caller.tenant(), head);
		});
		this.changes.changed(new Change(caller, ChangeLog.Kind.TEMPLATE, name, "created", created.version(), json));
		return created;
	}

	/** The head of a template, {@code null} if there is none. */
	@Nullable TemplateHead find(String tenant, String name) {
		return this.store.head(tenant, name);
	}

	/**
	 * The head of a template that is not archived.
	 * @throws PromptException if there is none
	 */
	public TemplateHead head(String tenant, String name) {
		TemplateHead head = TemplateName.isValid(name) ? this.store.head(tenant, name) : null;
		if (head == null || head.archived()) {
			throw notFound(name);
		}
		return head;
	}

	/**
	 * A version of a template that is not archived.
	 * @throws PromptException if there is none
	 */
	public Template version(String tenant, String name, int version) {
		return version(tenant, head(tenant, name), version);
	}

	/** A version that a head counts. */
	public Template version(String tenant, TemplateHead head, int version) {
		Template template = (version >= 1 && version <= head.version())
				? this.store.version(tenant, head.name(), version, this.properties.maxRenderedLength()) : null;
		if (template == null) {
			throw new PromptException(PromptException.Reason.NOT_FOUND,
					"The template %s has no version %d".formatted(head.name(), version));
		}
		return template;
	}

	/**
	 * Templates by name.
	 * @param prefix what their names begin with
	 * @param after the name after which the page begins
	 * @param limit 1 to {@link Page#MOST}
	 */
	public Page<TemplateHead> list(String tenant, String prefix, @Nullable String after, int limit) {
		if (!TemplateName.isPrefix(prefix)) {
			throw PromptException.invalid("prefix", "must be the beginning of a name");
		}
		if (after != null && !TemplateName.isPrefix(after)) {
			throw PromptException.invalid("after", "must be the 'next' of the page before");
		}
		return this.store.heads(tenant, prefix, after, limit);
	}

	/**
	 * The versions of a template, the newest first.
	 * @param below the number below which the page begins
	 * @param limit 1 to {@link Page#MOST}
	 */
	public Page<VersionSummary> versions(String tenant, String name, int below, int limit) {
		head(tenant, name);
		return this.store.versions(tenant, name, below, limit);
	}

	/** What is different between two versions. */
	public List<TemplateDiff.Change> diff(String tenant, String name, int from, int to) {
		TemplateHead head = head(tenant, name);
		return TemplateDiff.between(version(tenant, head, from).content(), version(tenant, head, to).content());
	}

	/** What a label is expected to be before it is changed; {@code null} for none. */
	public record Expectation(@Nullable LabelTarget target) {
	}

	/**
	 * Points a label at other versions, in one step for all who look.
	 * @param expected what it is expected to point to; {@code null} if it does not matter
	 * @throws PromptException if the expectation is stale, or there is no such version
	 */
	public TemplateHead label(Caller caller, String name, String label, LabelTarget target,
			@Nullable Expectation expected) {
		TemplateName.checkLabel(label);
		TemplateHead changed = changeLabels(caller, name, label, expected, (head, labels) -> {
			for (Map.Entry<Integer, Integer> weight : target.weights().entrySet()) {
				check(target, weight, head);
			}
			labels.put(label, target);
			if (labels.size() > MOST_LABELS) {
				throw PromptException.invalid("label",
						"would be one more than the %d that a template may have".formatted(MOST_LABELS));
			}
		});
		this.changes.changed(new Change(caller, ChangeLog.Kind.LABEL, name + "/" + label, "moved",
				(target instanceof LabelTarget.Fixed(int version)) ? version : null, target.weights().toString()));
		return changed;
	}

	/**
	 * Removes a label.
	 * @param expected what it is expected to point to; {@code null} if it does not matter
	 * @throws PromptException if the expectation is stale, or there is no such label
	 */
	public TemplateHead removeLabel(Caller caller, String name, String label, @Nullable Expectation expected) {
		TemplateHead changed = changeLabels(caller, name, label, expected, (_, labels) -> {
			if (labels.remove(label) == null) {
				throw new PromptException(PromptException.Reason.NOT_FOUND,
						"The template %s has no such label".formatted(name));
			}
		});
		this.changes.changed(new Change(caller, ChangeLog.Kind.LABEL, name + "/" + label, "removed", null, ""));
		return changed;
	}

	/**
	 * Hides a template and takes its labels away. Its versions stay, and a new one brings
	 * it back.
	 */
	public void archive(Caller caller, String name) {
		this.changes.admit();
		TemplateHead archived = repeat(() -> {
			TemplateHead head = head(caller.tenant(), name).withLabels(new TreeMap<>(), true, now());
			return this.store.write(caller.tenant(), head) ? wrote(caller.tenant(), head) : null;
		});
		this.changes.changed(new Change(caller, ChangeLog.Kind.TEMPLATE, name, "archived", archived.version(), ""));
	}

	private TemplateHead changeLabels(Caller caller, String name, String label, @Nullable Expectation expected,
			BiConsumer<TemplateHead, SortedMap<String, LabelTarget>> change) {
		this.changes.admit();
		return repeat(() -> {
			TemplateHead before = head(caller.tenant(), name);
			if (expected != null && !Objects.equals(expected.target(), before.labels().get(label))) {
				throw new PromptException(PromptException.Reason.CONFLICT, "expected",
						"The label does not point to what was expected", null);
			}
			SortedMap<String, LabelTarget> labels = new TreeMap<>(before.labels());
			change.accept(before, labels);
			TemplateHead head = before.withLabels(labels, false, now());
			return this.store.write(caller.tenant(), head) ? wrote(caller.tenant(), head) : null;
		});
	}

	private static void check(LabelTarget target, Map.Entry<Integer, Integer> weight, TemplateHead head) {
		String field = (target instanceof LabelTarget.Fixed) ? "version" : "weights." + weight.getKey();
		if (weight.getKey() < 1 || weight.getKey() > head.version()) {
			throw PromptException.invalid(field, "is no version: %s has %d".formatted(head.name(), head.version()));
		}
		if (weight.getValue() < 1 || weight.getValue() > MOST_WEIGHT) {
			throw PromptException.invalid(field, "must be a weight from 1 to " + MOST_WEIGHT);
		}
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
