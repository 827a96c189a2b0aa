package dev.sluice.prompt.template;

import java.util.Map;

import dev.sluice.prompt.PromptException;
import dev.sluice.store.TestStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TemplatesTests {

	private final Templates templates = TestTemplates.node(TestStore.create());

	@Test
	void findsWhatWasWritten() {
		this.templates.create(TestTemplates.ANN, "greet", TestTemplates.saying("one"), null);
		assertThat(this.templates.create(TestTemplates.ANN, "greet", TestTemplates.saying("two"), 1).version())
			.isEqualTo(2);

		Template latest = this.templates.find("acme", new TemplateReference("greet", null, null), "me");

		assertThat(latest.version()).isEqualTo(2);
		assertThat(latest.author()).isEqualTo("ann");
		assertThat(latest.render(Map.of()).messages().getFirst().text().text()).isEqualTo("two");
		assertThat(this.templates.find("acme", new TemplateReference("greet", 1, null), "me").version()).isEqualTo(1);
		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> this.templates.find("other", new TemplateReference("greet", null, null), "me"))
			.extracting(PromptException::reason)
			.isEqualTo(PromptException.Reason.NOT_FOUND);
	}

}
