package dev.sluice.orchestration.generation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import dev.sluice.model.ModelCatalogue;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import dev.sluice.prompt.context.ContextBudget;
import dev.sluice.prompt.context.FittedPrompt;
import dev.sluice.prompt.context.ModelWindow;
import dev.sluice.prompt.guardrail.Guard;
import dev.sluice.prompt.guardrail.Guardrails;
import dev.sluice.prompt.template.RenderedMessage;
import dev.sluice.prompt.template.Rendering;
import dev.sluice.prompt.template.Template;
import dev.sluice.prompt.template.Templates;
import dev.sluice.prompt.terms.PromptText;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Makes a prompt of a request: template, variables, input guardrails, context budget,
 * cache points, in this order.
 */
@Component
class PromptPipeline {

	private final Templates templates;

	private final Guardrails guardrails;

	private final ContextBudget budget;

	private final ModelCatalogue catalogue;

	PromptPipeline(Templates templates, Guardrails guardrails, ContextBudget budget, ModelCatalogue catalogue) {
		this.templates = templates;
		this.guardrails = guardrails;
		this.budget = budget;
		this.catalogue = catalogue;
	}

	/**
	 * Makes the prompt.
	 * @throws GenerationException if the request does not fit the catalogue
	 * @throws dev.sluice.prompt.terms.PromptException if there is no such template or
	 * policy, or they do not fit the request
	 */
	Prompt prepare(GenerationRequest request) {
		String tenant = request.caller().tenant();
		Template template = (request.template() != null)
				? this.templates.find(tenant, request.template(), request.stickyKey()) : null;
		Rendering rendering = (template != null) ? template.render(request.variables()) : null;
		String alias = alias(request, template);
		ModelCatalogue.Model model = model(alias);
		Guard guard = this.guardrails.guard(tenant, (template != null) ? template.guardrail() : null,
				request.guardrail());

		Guard.Input input = guard.input(texts(rendering, request));
		Iterator<String> texts = input.texts().iterator();
		String system = system(rendering, request, texts);
		List<Message> messages = messages(rendering, request, texts);
		int framed = (rendering != null) ? rendering.messages().size() : 0;
		Parameters parameters = merge(request.parameters(), template);
		FittedPrompt fitted = this.budget.fit(windowOf(alias, model), system, messages, framed, parameters.maxTokens(),
				template == null || template.cache());
		return new Prompt(alias,
				new ModelRequest(model.id(), system, fitted.messages(), parameters, request.metadata(),
						fitted.cachePoints(), guard.provider()),
				(template != null) ? new GenerationEvent.Started.TemplateUse(template.name(), template.version())
						: null,
				guard, input.report(), input.blockedMessage(), fitted.trimmedMessages(), fitted.estimatedTokens(),
				fitted.countedTokens());
	}

	private String alias(GenerationRequest request, @Nullable Template template) {
		if (request.model() != null) {
			return request.model();
		}
		return (template != null && template.model() != null) ? template.model() : this.catalogue.defaultModel();
	}

	private ModelCatalogue.Model model(String alias) {
		return this.catalogue.find(alias)
			.orElseThrow(() -> new GenerationException(
					Failure.invalid("model", "model must be one of " + String.join(", ", this.catalogue.aliases()))));
	}

	private static ModelWindow windowOf(String alias, ModelCatalogue.Model model) {
		return new ModelWindow(alias, model.contextWindow(), model.maxOutputTokens(), model.cacheMinimum(),
				model.cachePoints());
	}

	/** All texts that a guardrail looks at: the system's, then those of the messages. */
	private static List<PromptText> texts(@Nullable Rendering rendering, GenerationRequest request) {
		List<PromptText> texts = new ArrayList<>();
		if (rendering != null && rendering.system() != null) {
			texts.add(rendering.system());
		}
		if (request.system() != null) {
			texts.add(PromptText.given(request.system()));
		}
		if (rendering != null) {
			rendering.messages().forEach((message) -> texts.add(message.text()));
		}
		for (Message message : request.messages()) {
			for (ContentPart part : message.content()) {
				String text = ReadableText.of(part);
				if (text != null) {
					texts.add(PromptText.given(text));
				}
			}
		}
		return texts;
	}

	/** The template's system text, then the request's. */
	private static @Nullable String system(@Nullable Rendering rendering, GenerationRequest request,
			Iterator<String> texts) {
		String framing = (rendering != null && rendering.system() != null) ? texts.next() : null;
		String own = (request.system() != null) ? texts.next() : null;
		return (framing != null && own != null) ? framing + "\n\n" + own : (framing != null) ? framing : own;
	}

	/** The template's messages, then the request's. */
	private static List<Message> messages(@Nullable Rendering rendering, GenerationRequest request,
			Iterator<String> texts) {
		List<Message> messages = new ArrayList<>();
		if (rendering != null) {
			for (RenderedMessage message : rendering.messages()) {
				messages.add(new Message(message.role(), List.of(new ContentPart.Text(texts.next()))));
			}
		}
		for (Message message : request.messages()) {
			List<ContentPart> parts = new ArrayList<>(message.content().size());
			for (ContentPart part : message.content()) {
				parts.add(ReadableText.isIn(part) ? ReadableText.in(part, texts.next()) : part);
			}
			messages.add(new Message(message.role(), parts));
		}
		if (messages.isEmpty()) {
			throw new GenerationException(
					Failure.invalid("messages", "messages must hold at least one message: the template has none"));
		}
		if (messages.getFirst().role() != Role.USER) {
			throw new GenerationException(Failure.invalid("messages[0].role",
					"messages[0].role must be 'user': a conversation starts with the user"));
		}
		return messages;
	}

	/** What the request says, else what the template says. */
	private static Parameters merge(Parameters own, @Nullable Template template) {
		if (template == null || template.parameters().equals(Parameters.DEFAULTS)) {
			return own;
		}
		Parameters framing = template.parameters();
		return new Parameters((own.maxTokens() != null) ? own.maxTokens() : framing.maxTokens(),
				(own.temperature() != null) ? own.temperature() : framing.temperature(),
				(own.topP() != null) ? own.topP() : framing.topP(),
				own.stopSequences().isEmpty() ? framing.stopSequences() : own.stopSequences());
	}

}
