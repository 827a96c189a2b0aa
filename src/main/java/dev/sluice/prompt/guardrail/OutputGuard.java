package dev.sluice.prompt.guardrail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.GuardrailReport;
import dev.sluice.prompt.guardrail.local.LocalDetector;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptText;
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
 * method but the last three may throw a {@link PromptException} with
 * {@code GUARDRAIL_UNAVAILABLE}; the answer must end then.
 */
public final class OutputGuard {

	private final Ruleset rules;

	private final GuardrailMeters meters;

	private final Findings findings;

	private final Placeholders placeholders;

	private final boolean idle;

	private @Nullable Chain text;

	private @Nullable Chain reasoning;

	private boolean reasoningChanged;

	private long nanos;

	OutputGuard(Ruleset rules, Placeholders placeholders, GuardrailMeters meters) {
		this.rules = rules;
		this.placeholders = placeholders;
		this.meters = meters;
		this.findings = new Findings(rules, meters);
		this.idle = !rules.acts() || rules.at(Stage.OUTPUT).isEmpty() && placeholders.values().isEmpty();
	}

	/** Takes a piece of the answer's text; what may be released now, empty if nothing. */
	public String text(String piece) {
		if (this.idle) {
			return piece;
		}
		if (this.text == null) {
			this.text = chain(Stage.OUTPUT);
		}
		return timed(this.text, piece);
	}

	/** Takes a piece of the reasoning, as {@link #text(String)} does of the text. */
	public String reasoning(String piece) {
		if (this.idle) {
			return piece;
		}
		if (this.reasoning == null) {
			this.reasoning = chain(Stage.OUTPUT);
			this.reasoningChanged = false;
		}
		return timed(this.reasoning, piece);
	}

	/** The rest of the text. */
	public String finishText() {
		Chain ending = this.text;
		this.text = null;
		return (ending != null) ? timed(ending, null) : "";
	}

	/** The rest of the reasoning. */
	public String finishReasoning() {
		Chain ending = this.reasoning;
		this.reasoning = null;
		if (ending == null) {
			return "";
		}
		String rest = timed(ending, null);
		this.reasoningChanged = ending.changed();
		return rest;
	}

	/**
	 * Takes a whole part of the answer: what may be released of it. In JSON the texts,
	 * names and numbers are looked at, and it stays JSON. Reasoning that was changed
	 * loses its signature, which would not fit any more.
	 */
	public ContentPart part(ContentPart part) {
		if (!this.rules.acts() || this.findings.blocked()) {
			return part;
		}
		return switch (part) {
			case ContentPart.Text(String whole) -> new ContentPart.Text(whole(whole, Stage.OUTPUT));
			case ContentPart.Reasoning(String whole, String signature) -> reasoningPart(whole, signature);
			case ContentPart.ToolUse(String id, String name, String input) ->
				new ContentPart.ToolUse(id, name, json(input, Stage.TOOL));
			case ContentPart.Citation(String json) -> new ContentPart.Citation(json(json, Stage.OUTPUT));
			case ContentPart.Other(String kind, String json) -> new ContentPart.Other(kind, json(json, Stage.OUTPUT));
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

	/** How many characters wait for what follows them. */
	public int held() {
		return ((this.text != null) ? this.text.held() : 0) + ((this.reasoning != null) ? this.reasoning.held() : 0);
	}

	private ContentPart reasoningPart(String whole, @Nullable String signature) {
		String visible = whole.isEmpty() ? whole : whole(whole, Stage.OUTPUT);
		boolean kept = visible.equals(whole) && !this.reasoningChanged;
		this.reasoningChanged = false;
		return new ContentPart.Reasoning(visible, kept ? signature : null);
	}

	private String whole(String text, Stage stage) {
		Chain chain = chain(stage);
		return chain.accept(text) + chain.finish();
	}

	private String json(String json, Stage stage) {
		StageRules looked = this.rules.at(stage);
		if (looked.isEmpty() && this.placeholders.values().isEmpty()) {
			return json;
		}
		return new JsonScreen((name, value) -> value(looked, stage, name, value), (text) -> whole(text, stage))
			.screen(json);
	}

	/** A value is looked at next to its name, which may tell what it is. */
	private String value(StageRules looked, Stage stage, String name, String value) {
		String before = name.isEmpty() ? "" : name + ": ";
		List<Sighting> sightings = new ArrayList<>();
		for (Sighting sighting : looked.find(before + value, this.placeholders::ofAnswer)) {
			if (sighting.end() > before.length()) {
				this.findings.add(sighting.type(), stage, sighting.treatment());
				sightings.add(sighting.from(before.length()));
			}
		}
		return restored(MaskedText.of(PromptText.authored(value), sightings).text());
	}

	private String restored(String text) {
		if (this.placeholders.values().isEmpty()) {
			return text;
		}
		StringBuilder out = new StringBuilder(text.length());
		RestoreScreen screen = new RestoreScreen(this.placeholders.values());
		screen.accept(text, out);
		screen.finish(out);
		return out.toString();
	}

	private Chain chain(Stage stage) {
		StageRules looked = this.rules.at(stage);
		BiFunction<String, String, String> maskOf = this.placeholders::ofAnswer;
		List<Screen> screens = new ArrayList<>(3);
		if (looked.block() != null) {
			screens.add(local(looked.block(), stage, Treatment.BLOCK, maskOf));
		}
		if (looked.mask() != null) {
			screens.add(local(looked.mask(), stage, Treatment.MASK, maskOf));
		}
		if (!this.placeholders.values().isEmpty()) {
			screens.add(new RestoreScreen(this.placeholders.values()));
		}
		Screen observer = (looked.flag() != null) ? local(looked.flag(), stage, Treatment.FLAG, maskOf) : null;
		return new Chain(screens, observer);
	}

	private Screen local(LocalDetector detector, Stage stage, Treatment treatment,
			BiFunction<String, String, String> maskOf) {
		return new FailureScreen(new LocalScreen(detector, stage, treatment, this.findings, maskOf),
				new Engine("local", this.rules.policy().failOpen(), this.meters));
	}

	/** Asks a chain, for its end if there is no piece. */
	private String timed(Chain chain, @Nullable String piece) {
		if (this.findings.blocked()) {
			return "";
		}
		long start = System.nanoTime();
		String released = (piece != null) ? chain.accept(piece) : chain.finish();
		this.nanos += System.nanoTime() - start;
		if (piece == null) {
			this.meters.took(Stage.OUTPUT, this.nanos);
			this.nanos = 0;
		}
		return this.findings.blocked() ? "" : released;
	}

}
