package dev.sluice.prompt.context;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.Message;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Makes prompts fit the window of their model, and says where the provider may keep them.
 * The oldest turns go first, as whole turns; what the template brings, the system text
 * and the last turn stay.
 *
 * <p>
 * Most prompts are far below the window. They are not tokenized: a token has at least one
 * byte, which proves that they fit, and their tokens are guessed by the kind of their
 * characters.
 */
@Component
public final class ContextBudget {

	/** The catalogue has less; whoever brings more shares the last one. */
	private static final int MOST_MODELS = 1_000;

	/** Longest prompt that is counted only to learn from it, in bytes. */
	private static final int LESSON = 8_192;

	private final ContextProperties properties;

	private final MeterRegistry registry;

	private final TextCounter counter;

	private final Map<String, KnownModel> models = new ConcurrentHashMap<>();

	@Autowired
	public ContextBudget(ContextProperties properties, MeterRegistry registry) {
		this(properties, registry, new JtokkitTokenizer());
	}

	ContextBudget(ContextProperties properties, MeterRegistry registry, Tokenizer tokenizer) {
		this.properties = properties;
		this.registry = registry;
		this.counter = new TextCounter(tokenizer);
	}

	/**
	 * Fits a prompt.
	 * @param framed how many leading messages belong to the template and are never
	 * trimmed
	 * @param maxTokens how long the answer may be, if the request says it
	 * @param cache whether cache points are wanted
	 * @throws PromptException if it does not fit, or holds no message of the user
	 */
	public FittedPrompt fit(ModelWindow window, @Nullable String system, List<Message> messages, int framed,
			@Nullable Integer maxTokens, boolean cache) {
		if (framed < 0 || framed > messages.size()) {
			throw new IllegalArgumentException("There are no %d of %d messages".formatted(framed, messages.size()));
		}
		KnownModel model = known(window.model());
		Turns turns = Turns.of(messages, framed);
		Ruler ruler = new Ruler(this.counter, model.ratio(), system, messages);
		boolean caching = cache && window.caches();
		int start = turns.start(window.known() ? gone(window, ruler, turns, maxTokens, caching) : 0);
		if (ruler.most() <= LESSON && this.counter.ready() && model.wantsToLearn()) {
			ruler.count(Ruler.SYSTEM, messages.size());
		}
		int trimmed = start - turns.pinned();
		if (trimmed > 0) {
			model.trimmed(trimmed);
		}
		Layout layout = Layout.of(messages, turns.pinned(), start);
		double[] upTo = upTo(ruler, layout, turns.pinned(), start);
		CachePoints cachePoints = caching
				? CachePlacement.of(window, layout, framed, ruler.tokens(Ruler.SYSTEM, 0), upTo) : CachePoints.NONE;
		double counted = ruler.counted(Ruler.SYSTEM, turns.pinned()) + ruler.counted(start, messages.size());
		return new FittedPrompt(layout.messages(), trimmed, Math.round(ruler.tokens(turns.pinned(), start)),
				Math.round(upTo[upTo.length - 1]), Double.isNaN(counted) ? 0 : Math.round(counted), cachePoints);
	}

	/**
	 * The tokens of a prompt by the tokenizer and what was learned of the model, without
	 * any bound. Of very long texts samples are counted.
	 */
	public long estimate(String model, @Nullable String system, List<Message> messages) {
		return Math.round(
				new Ruler(this.counter, known(model).ratio(), system, messages).count(Ruler.SYSTEM, messages.size()));
	}

	/**
	 * Learns from a call what the model makes of a prompt.
	 * @param counted what {@link FittedPrompt#countedTokens()} said; nothing is learned
	 * from 0
	 * @param actual the input tokens that the provider told, those read from or written
	 * to its cache included
	 */
	public void learn(String model, long counted, long actual) {
		if (counted > 0 && actual > 0) {
			known(model).learn(counted, actual);
		}
	}

	private KnownModel known(String name) {
		KnownModel known = this.models.get(name);
		if (known != null) {
			return known;
		}
		String bounded = (this.models.size() < MOST_MODELS) ? name : "other";
		return this.models.computeIfAbsent(bounded,
				(key) -> new KnownModel(Counter.builder("sluice.context.trimmed.messages")
					.description("Messages left out so that a prompt fits its model")
					.tag("gen_ai.request.model", key)
					.register(this.registry)));
	}

	/** How many turns have to go. */
	private int gone(ModelWindow window, Ruler ruler, Turns turns, @Nullable Integer maxTokens, boolean caching) {
		int answer = this.properties.answer(window, maxTokens);
		long room = this.properties.room(window, answer);
		if (ruler.most() <= room) {
			return 0;
		}
		Trimming trimming = new Trimming(ruler, turns, room);
		double required = trimming.required();
		if (required > room) {
			throw new PromptException(Reason.CONTEXT_TOO_LONG,
					"The prompt has about %d tokens at least; beside an answer of up to %d the model has room for %d"
						.formatted(Math.round(required), answer, room));
		}
		int gone = trimming.gone(required);
		return caching ? trimming.inSteps(gone) : gone;
	}

	/** The tokens up to and including each message laid out. */
	private static double[] upTo(Ruler ruler, Layout layout, int pinned, int start) {
		double[] upTo = new double[layout.messages().size()];
		double tokens = ruler.tokens(Ruler.SYSTEM, 0);
		int from = 0;
		for (int i = 0; i < upTo.length; i++) {
			int to = layout.last()[i] + 1;
			tokens += ruler.tokens(from, Math.min(to, pinned)) + ruler.tokens(Math.max(from, start), to);
			upTo[i] = tokens;
			from = to;
		}
		return upTo;
	}

}
