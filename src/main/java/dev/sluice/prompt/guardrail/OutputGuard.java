package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.prompt.guardrail.GuardrailPolicy.BedrockRule;
import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;

/**
 * Guards one answer, on one thread. Pieces of text and of reasoning go in as they come;
 * what may be released comes out, later by at most what is held back.
 *
 * <p>
 * A text ends where another part of the answer follows it. So that the order is kept,
 * {@link #finishText()} and {@link #finishReasoning()} are called and their rests
 * released before a part, before the first piece of the other kind, and at the end. The
 * next piece begins a new text: nothing is found that lies on both sides of a part.
 *
 * <p>
 * As soon as {@link #blockedMessage()} tells something nothing more comes out. Every
 * method that takes something in or finishes may throw a {@link PromptException} with
 * {@code GUARDRAIL_UNAVAILABLE}; the answer must end then.
 */
public final class OutputGuard {

	private final Ruleset rules;

	private final Engines engines;

	private final Findings findings;

	private final Placeholders placeholders;

	private final boolean idle;

	/** What was restored in the text, if the audit trail is to have it without. */
	private final @Nullable Restored restored;

	/** Characters of text that were released. */
	private int released;

	private @Nullable Chain text;

	private @Nullable Chain reasoning;

	private boolean reasoningChanged;

	private long nanos;

	OutputGuard(Ruleset rules, Placeholders placeholders, Engines engines) {
		this.rules = rules;
		this.placeholders = placeholders;
		this.engines = engines;
		this.findings = new Findings(rules, engines.meters());
		this.restored = (!placeholders.isEmpty() && rules.policy().audit().text()) ? new Restored() : null;
		this.idle = rules.at(Stage.OUTPUT).isEmpty() && rules.applied().isEmpty() && placeholders.isEmpty();
	}

	/** Takes a piece of the answer's text; what may be released now, empty if nothing. */
	public String text(String piece) {
		if (this.idle) {
			return piece;
		}
		if (this.text == null) {
			this.text = chain(this.restored);
		}
		return released(ask(this.text, piece));
	}

	/** Takes a piece of the reasoning, as {@link #text(String)} does of the text. */
	public String reasoning(String piece) {
		if (this.idle) {
			return piece;
		}
		if (this.reasoning == null) {
			this.reasoning = chain(null);
		}
		return ask(this.reasoning, piece);
	}

	/** The rest of the text. */
	public String finishText() {
		Chain ending = this.text;
		this.text = null;
		return (ending != null) ? released(ask(ending, null)) : "";
	}

	/** The rest of the reasoning. */
	public String finishReasoning() {
		Chain ending = this.reasoning;
		this.reasoning = null;
		if (ending == null) {
			return "";
		}
		String rest = ask(ending, null);
		this.reasoningChanged = ending.changed();
		return rest;
	}

	/**
	 * Takes a whole part of the answer: what may be released of it, which means nothing
	 * once something blocks. In JSON the texts, names and numbers are looked at, and it
	 * stays JSON. Reasoning that was changed loses its signature, which would not fit any
	 * more.
	 */
	public ContentPart part(ContentPart part) {
		boolean kept = !this.reasoningChanged;
		this.reasoningChanged = false;
		return switch (part) {
			case ContentPart.Text(String whole) -> new ContentPart.Text(whole(whole));
			case ContentPart.Reasoning(String whole, String signature) -> {
				String visible = whole(whole);
				yield new ContentPart.Reasoning(visible, (kept && visible.equals(whole)) ? signature : null);
			}
			case ContentPart.ToolUse(String id, String name, String input) ->
				new ContentPart.ToolUse(id, name, json(Stage.TOOL, input));
			case ContentPart.Citation(String json) -> new ContentPart.Citation(json(Stage.OUTPUT, json));
			case ContentPart.Other(String kind, String json) -> new ContentPart.Other(kind, json(Stage.OUTPUT, json));
			case ContentPart.Image _, ContentPart.Document _, ContentPart.RedactedReasoning _ -> part;
		};
	}

	/** What was found so far. */
	public GuardrailReport report() {
		return this.findings.report();
	}

	/**
	 * What the caller is told instead of the rest, {@code null} while nothing blocks.
	 */
	public @Nullable String blockedMessage() {
		return this.findings.blockedMessage();
	}

	/**
	 * The text of an answer with the placeholders that were restored in it.
	 * @param text all text that was released, perhaps with more behind it
	 */
	public String withoutRestored(String text) {
		return (this.restored != null) ? this.restored.undo(text) : text;
	}

	/** How many characters wait for what follows them. */
	public int held() {
		return ((this.text != null) ? this.text.held() : 0) + ((this.reasoning != null) ? this.reasoning.held() : 0);
	}

	private String released(String text) {
		this.released += text.length();
		if (this.restored != null && this.findings.blocked()) {
			this.restored.cut(this.released);
		}
		return text;
	}

	private String whole(String text) {
		if (this.idle || text.isEmpty()) {
			return text;
		}
		Chain chain = chain(null);
		return ask(chain, text) + ask(chain, null);
	}

	private String json(Stage stage, String json) {
		if (this.findings.blocked()) {
			return json;
		}
		long start = System.nanoTime();
		String visible = new JsonLook(this.rules, stage, this.placeholders, this.engines, this.findings).at(json);
		this.nanos += System.nanoTime() - start;
		return visible;
	}

	private Chain chain(@Nullable Restored restored) {
		StageRules looked = this.rules.at(Stage.OUTPUT);
		List<Screen> screens = new ArrayList<>(4);
		if (looked.block() != null) {
			screens.add(local(looked.block(), Treatment.BLOCK));
		}
		if (looked.mask() != null) {
			screens.add(local(looked.mask(), Treatment.MASK));
		}
		for (BedrockRule rule : this.rules.applied()) {
			BedrockLook look = new BedrockLook(rule, this.rules, Stage.OUTPUT, this.engines.bedrock());
			screens.add(new FailureScreen(new BedrockScreen(look, rule.window(), Stage.OUTPUT, this.findings),
					this.engines.bedrockFailure(this.rules)));
		}
		if (!this.placeholders.isEmpty()) {
			screens.add(new RestoreScreen(this.placeholders.values(), restored));
		}
		return new Chain(screens, (looked.flag() != null) ? local(looked.flag(), Treatment.FLAG) : null);
	}

	private Screen local(LocalDetector detector, Treatment treatment) {
		return new FailureScreen(
				new LocalScreen(detector, Stage.OUTPUT, treatment, this.findings, this.placeholders::ofAnswer),
				this.engines.localFailure(this.rules));
	}

	/** Gives a chain a piece, or its end if there is none. */
	private String ask(Chain chain, @Nullable String piece) {
		if (this.findings.blocked()) {
			return "";
		}
		long start = System.nanoTime();
		String released = (piece != null) ? chain.accept(piece) : chain.finish();
		this.nanos += System.nanoTime() - start;
		if (piece == null) {
			this.engines.meters().took(Stage.OUTPUT, this.nanos);
			this.nanos = 0;
		}
		return this.findings.blocked() ? "" : released;
	}

}
