package dev.sluice.prompt.template;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Prompt templates.
 *
 * @param refresh how old what is known of a template may be before it is read again,
 * behind the requests
 * @param maxCached most names of templates that are remembered
 * @param cacheSize most bytes of versions that are kept in memory, about
 * @param maxRenderedLength most characters that a template may become with its values
 * @param imports where files of templates are that are taken in at the start, such as
 * `file:/etc/sluice/templates/`; none by default, the starters in `classpath:/templates/`
 * in the profile `local`
 */
@ConfigurationProperties("sluice.prompt.template")
record TemplateProperties(@DefaultValue("5s") Duration refresh, @DefaultValue("10000") int maxCached,
		@DefaultValue("64MB") DataSize cacheSize, @DefaultValue("1000000") int maxRenderedLength,
		@Name("import") @DefaultValue List<String> imports) {

	TemplateProperties {
		imports = List.copyOf(imports);
		if (!refresh.isPositive() || maxCached < 1 || cacheSize.toBytes() < 1 || maxRenderedLength < 1) {
			throw new IllegalArgumentException("sluice.prompt.template: a bound must be above 0");
		}
	}

}
