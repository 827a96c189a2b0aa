package dev.sluice.prompt.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.store.TableCheck;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Takes in the files of the configured places at the start. A file that cannot be read
 * stops the start; a store that is away does not: they are taken in once it is there.
 */
@Component
class TemplateImport implements InitializingBean, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(TemplateImport.class);

	private static final Duration PAUSE = Duration.ofSeconds(2);

	private static final Caller IMPORT = Caller.anonymous("import");

	private final TemplateFiles files;

	private final Templates templates;

	private final TemplateProperties properties;

	private volatile @Nullable Thread waiting;

	private volatile boolean closed;

	/**
	 * An import.
	 * @param tables has made the tables by then
	 */
	TemplateImport(TemplateFiles files, Templates templates, TemplateProperties properties, TableCheck tables) {
		Objects.requireNonNull(tables);
		this.files = files;
		this.templates = templates;
		this.properties = properties;
	}

	@Override
	public void afterPropertiesSet() {
		Map<String, TemplateContent> contents = new TreeMap<>();
		for (String location : this.properties.imports()) {
			int before = contents.size();
			resources(location).forEach((file) -> {
				Map.Entry<String, TemplateContent> read = read(file);
				if (contents.put(read.getKey(), read.getValue()) != null) {
					throw new IllegalStateException(
							"sluice.prompt.template.import: there are two files of %s".formatted(read.getKey()));
				}
			});
			if (contents.size() == before) {
				logger.warn("There are no templates in {}", location);
			}
		}
		if (!take(contents)) {
			logger.error("Templates were not taken in; they will be once DynamoDB is there");
			this.waiting = Thread.ofVirtual().name("template-import").start(() -> takeLater(contents));
		}
	}

	/** Takes them in; no, if the store is away. */
	private boolean take(Map<String, TemplateContent> contents) {
		try {
			contents.forEach((name, content) -> {
				TemplateHead head = this.templates.find(IMPORT.tenant(), name);
				if (head == null || !head.archived()) {
					TemplateFiles.Imported imported = this.files.take(IMPORT, name, content);
					if (imported.created()) {
						logger.info("Took in template {} as version {}", name, imported.version());
					}
				}
			});
			return true;
		}
		catch (PromptException ex) {
			logger.debug("Templates were not taken in", ex);
			return false;
		}
	}

	private void takeLater(Map<String, TemplateContent> contents) {
		try {
			do {
				Thread.sleep(PAUSE);
			}
			while (!this.closed && !take(contents));
		}
		catch (InterruptedException _) {
			// Sluice stops.
		}
	}

	@Override
	public void destroy() {
		this.closed = true;
		Thread thread = this.waiting;
		if (thread != null) {
			thread.interrupt();
		}
	}

	private static Stream<Resource> resources(String location) {
		String directory = location.endsWith("/") ? location : location + "/";
		PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
		return Stream.of("*.json", "*.yaml", "*.yml").flatMap((pattern) -> {
			try {
				return Stream.of(resolver.getResources(directory + pattern));
			}
			catch (IOException _) {
				return Stream.empty();
			}
		}).sorted(Comparator.comparing((file) -> String.valueOf(file.getFilename())));
	}

	private static Map.Entry<String, TemplateContent> read(Resource file) {
		try {
			return TemplateFiles.read(String.valueOf(file.getFilename()), file.getContentAsByteArray());
		}
		catch (PromptException ex) {
			throw new IllegalStateException("sluice.prompt.template.import: " + ex.detail(), ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
