package dev.sluice.model;

import java.util.List;

import dev.sluice.model.ModelCatalogue.Model;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ModelCatalogueTests {

	@Test
	void knowsTheFiguresOfTheModelsItComesWith() throws Exception {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addLast(new YamlPropertySourceLoader().load("application.yml", new ClassPathResource("application.yml"))
			.getFirst());

		ModelCatalogue catalogue = new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate("sluice.model",
				Bindable.of(ModelCatalogue.class));

		assertThat(catalogue.aliases()).isEqualTo(List.of("fast", "smart"));
		assertThat(catalogue.find("fast"))
			.contains(new Model("global.anthropic.claude-haiku-4-5-20251001-v1:0", 200_000, 64_000, 4096, 4));
		assertThat(catalogue.find("smart"))
			.contains(new Model("global.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000, 64_000, 1024, 4));
	}

	@Test
	void refusesAnAnswerLongerThanTheWindow() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Model("m", 1000, 1001, 0, 4))
			.withMessage("sluice.model.models: max-output-tokens of 'm' is 1001, more than its context-window of 1000");
		assertThat(new Model("m", 0, 1001, 0, 4).maxOutputTokens()).isEqualTo(1001);
	}

	@Test
	void saysWhichFigureCannotBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Model("m", 1000, 100, -1, 4))
			.withMessage("sluice.model.models: cache-minimum of 'm' is -1 and cannot be negative");
	}

}
