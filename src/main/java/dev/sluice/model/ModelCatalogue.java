package dev.sluice.model;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The models that callers may name. A caller never names a provider's model id, only an
 * alias.
 *
 * @param models alias to model
 * @param defaultModel the alias that is taken where a caller names none
 */
@ConfigurationProperties("sluice.model")
public record ModelCatalogue(Map<String, Model> models, String defaultModel) {

	/**
	 * One model.
	 *
	 * @param id the provider's model id, inference profile id or ARN
	 */
	public record Model(String id) {

		public Model {
			if (id == null || id.isBlank()) {
				throw new IllegalArgumentException("sluice.model.models: every alias needs an id");
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

	public Optional<Model> find(String alias) {
		return Optional.ofNullable(this.models.get(alias));
	}

	public Collection<String> aliases() {
		return this.models.keySet().stream().sorted().toList();
	}

}
