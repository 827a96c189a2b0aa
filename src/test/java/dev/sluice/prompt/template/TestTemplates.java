package dev.sluice.prompt.template;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.DynamoStore;
import dev.sluice.testing.NoChangeLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.util.unit.DataSize;

/** Templates for tests. */
final class TestTemplates {

	static final Caller ANN = new Caller("acme", "ann");

	private TestTemplates() {
	}

	static Template template(String json) {
		return template(json, 100_000);
	}

	static Template template(String json, int maxLength) {
		TemplateContent content = content(json);
		TemplateCheck.check(content, maxLength);
		return new Template("test", 1, "ann", Instant.EPOCH, content, maxLength);
	}

	static TemplateContent content(String json) {
		return TemplateJson.read(TemplateJson.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
	}

	/** A template that says one thing. */
	static TemplateContent saying(String text) {
		return content("""
				{"messages":[{"role":"user","content":"%s"}]}""".formatted(text));
	}

	static TemplateProperties properties() {
		return new TemplateProperties(Duration.ofSeconds(5), 1000, DataSize.ofMegabytes(1), 100_000, List.of());
	}

	/** A node of its own. */
	static Templates node(DynamoStore store) {
		return node(store, cache(store, Ticker.systemTicker()));
	}

	static Templates node(DynamoStore store, TemplateCache cache) {
		return new Templates(new TemplateStore(store), cache, properties(), new NoChangeLog());
	}

	static TemplateCache cache(DynamoStore store, Ticker ticker) {
		return new TemplateCache(new TemplateStore(store), properties(), new SimpleMeterRegistry(), ticker);
	}

}
