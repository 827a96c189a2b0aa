package dev.sluice.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/** Which generation, of which conversation, a span is about. */
public final class Subject {

	private static final ContextKey<Attributes> KEY = ContextKey.named("dev.sluice.subject");

	private static final AttributeKey<String> GENERATION = AttributeKey.stringKey("sluice.generation.id");

	private static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("gen_ai.conversation.id");

	private Subject() {
	}

	/**
	 * Says on the span of the calling thread what the request has become, and gives the
	 * context in which that is worked on.
	 */
	public static Context of(String generationId, @Nullable String conversationId) {
		Context context = Context.current();
		Span span = Span.fromContext(context);
		if (!span.isRecording()) {
			return context;
		}
		Attributes subject = (conversationId != null)
				? Attributes.of(GENERATION, generationId, CONVERSATION, conversationId)
				: Attributes.of(GENERATION, generationId);
		span.setAllAttributes(subject);
		return context.with(KEY, subject);
	}

	/** The subject of the calling thread. */
	public static Attributes current() {
		Attributes subject = Context.current().get(KEY);
		return (subject != null) ? subject : Attributes.empty();
	}

}
