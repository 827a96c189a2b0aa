package dev.sluice.model;

import java.math.BigDecimal;
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
		assertThat(catalogue.find("fast")).contains(new Model("global.anthropic.claude-haiku-4-5-20251001-v1:0",
				200_000, 64_000, 4096, 4, price("1.00", "5.00", "0.10", "1.25")));
		assertThat(catalogue.find("smart")).contains(new Model("global.anthropic.claude-sonnet-4-5-20250929-v1:0",
				200_000, 64_000, 1024, 4, price("3.00", "15.00", "0.30", "3.75")));
	}

	@Test
	void refusesAnAnswerLongerThanTheWindow() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Model("m", 1000, 1001, 0, 4, null))
			.withMessage("sluice.model.models: max-output-tokens of 'm' is 1001, more than its context-window of 1000");
		assertThat(new Model("m", 0, 1001, 0, 4, null).maxOutputTokens()).isEqualTo(1001);
	}

	@Test
	void saysWhichFigureCannotBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Model("m", 1000, 100, -1, 4, null))
			.withMessage("sluice.model.models: cache-minimum of 'm' is -1 and cannot be negative");
	}

	private static Price price(String input, String output, String cacheRead, String cacheWrite) {
		return new Price(new BigDecimal(input), new BigDecimal(output), new BigDecimal(cacheRead),
				new BigDecimal(cacheWrite));
	}

}
