package dev.sluice.model;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import dev.sluice.model.message.Cost;
import dev.sluice.model.message.Usage;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.modulith.NamedInterface;

/**
 * The models that callers may name. A caller never names a provider's model id, only an
 * alias.
 *
 * @param models the models that callers may name, by their aliases
 * @param defaultModel the alias that is taken where a caller names none
 */
@NamedInterface("catalogue")
@ConfigurationProperties("sluice.model")
public record ModelCatalogue(Map<String, Model> models, String defaultModel) {

	/**
	 * One model.
	 *
	 * @param id the provider's model id, an inference profile or an ARN
	 * @param contextWindow most tokens of prompt and answer together; 0 if it is not
	 * known, and prompts are never trimmed then
	 * @param maxOutputTokens most tokens of an answer; 0 if it is not known
	 * @param cacheMinimum from how many tokens on the provider keeps the beginning of a
	 * prompt; 0 for a model that is sent no cache points
	 * @param cachePoints most cache points of one prompt
	 * @param price what its tokens cost, if it is known
	 */
	@ConfigurationPropertiesSource
	public record Model(String id, @DefaultValue("0") int contextWindow, @DefaultValue("0") int maxOutputTokens,
			@DefaultValue("0") int cacheMinimum, @DefaultValue("4") int cachePoints,
			@NestedConfigurationProperty @Nullable Price price) {

		@ConstructorBinding
		public Model {
			if (id == null || id.isBlank()) {
				throw new IllegalArgumentException("sluice.model.models: every alias needs an id");
			}
			requireNoNegative("context-window", contextWindow, id);
			requireNoNegative("max-output-tokens", maxOutputTokens, id);
			requireNoNegative("cache-minimum", cacheMinimum, id);
			requireNoNegative("cache-points", cachePoints, id);
			if (contextWindow > 0 && maxOutputTokens > contextWindow) {
				throw new IllegalArgumentException(
						"sluice.model.models: max-output-tokens of '%s' is %d, more than its context-window of %d"
							.formatted(id, maxOutputTokens, contextWindow));
			}
		}

		/** A model of which only the name is known. */
		public Model(String id) {
			this(id, 0, 0, 0, 4, null);
		}

		private static void requireNoNegative(String setting, int value, String id) {
			if (value < 0) {
				throw new IllegalArgumentException(
						"sluice.model.models: %s of '%s' is %d and cannot be negative".formatted(setting, id, value));
			}
		}

	}

	public ModelCatalogue {
		models = (models != null) ? Map.copyOf(models) : Map.of();
		if (models.isEmpty()) {
			throw new IllegalArgumentException("sluice.model.models: name at least one model");
		}
		if (defaultModel == null || !models.containsKey(defaultModel)) {
			throw new IllegalArgumentException(
					"sluice.model.default-model: '%s' is not one of sluice.model.models".formatted(defaultModel));
		}
	}

	/** What so many tokens of a model cost, if its price is known. */
	public @Nullable Cost cost(String alias, Usage usage) {
		Model model = this.models.get(alias);
		return (model != null && model.price() != null) ? model.price().of(usage) : null;
	}

	public Optional<Model> find(String alias) {
		return Optional.ofNullable(this.models.get(alias));
	}

	public Collection<String> aliases() {
		return this.models.keySet().stream().sorted().toList();
	}

}
