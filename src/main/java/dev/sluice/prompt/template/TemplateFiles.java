package dev.sluice.prompt.template;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

import org.springframework.stereotype.Component;

/**
 * Templates as files: {@code support.answer.json} or {@code .yaml} holds what is in one,
 * and a zip holds many.
 */
@Component
public class TemplateFiles {

	private static final int ATTEMPTS = 10;

	private static final int MOST_FILES = 1_000;

	private static final int LARGEST_FILE = 400 * 1024;

	private static final int LARGEST_ZIP = 32 * 1024 * 1024;

	/** The record that ends a zip, which a comment of up to 64 KB may follow. */
	private static final int ZIP_END = 0x06054b50;

	private static final int ZIP_END_LENGTH = 22;

	/** The same contents make the same zip. */
	private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

	private final Templates templates;

	TemplateFiles(Templates templates) {
		this.templates = templates;
	}

	/** What became of a file. */
	public record Imported(String name, int version, boolean created) {
	}

	/**
	 * The latest versions as a zip.
	 * @param prefix what the names begin with
	 */
	public byte[] export(String tenant, String prefix) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int files = 0;
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			String after = null;
			do {
				Page<TemplateHead> page = this.templates.list(tenant, prefix, after, Page.MOST);
				for (TemplateHead head : page.items()) {
					if (++files > MOST_FILES || bytes.size() > LARGEST_ZIP) {
						throw new PromptException(PromptException.Reason.TOO_LARGE, "prefix",
								"These are more templates than the %d that one file may hold".formatted(MOST_FILES),
								null);
					}
					ZipEntry entry = new ZipEntry(head.name() + ".json");
					entry.setTimeLocal(EPOCH);
					zip.putNextEntry(entry);
					zip.write(TemplateJson.writePretty(this.templates.version(tenant, head, head.version()).content())
						.getBytes(StandardCharsets.UTF_8));
				}
				after = page.next();
			}
			while (after != null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Takes in all files of a zip, if all of them can be. Each becomes a new version
	 * unless the latest is the same already.
	 * @throws PromptException if one cannot be read or does not fit, before anything is
	 * written
	 */
	public List<Imported> importZip(Caller caller, byte[] zip) {
		Map<String, TemplateContent> contents = unzip(zip);
		List<Imported> imported = new ArrayList<>();
		contents.forEach((name, content) -> imported.add(take(caller, name, content)));
		return imported;
	}

	/**
	 * What is in a file.
	 * @param name the file's name, which is the template's and an extension
	 */
	static Map.Entry<String, TemplateContent> read(String name, byte[] file) {
		int dot = name.lastIndexOf('.');
		String template = (dot > 0) ? name.substring(0, dot) : "";
		if (!TemplateName.isValid(template)) {
			throw refused(name, "must be called as a template and end in .json, .yaml or .yml");
		}
		if (file.length > LARGEST_FILE) {
			throw refused(name, "must be at most %d bytes".formatted(LARGEST_FILE));
		}
		try {
			TemplateContent content = TemplateJson.read(switch (name.substring(dot + 1)) {
				case "json" -> TemplateJson.parse(file);
				case "yaml", "yml" -> TemplateJson.toTree(yaml(file));
				default ->
					throw new PromptException(PromptException.Reason.INVALID, "must end in .json, .yaml or .yml");
			});
			TemplateCheck.check(content, Integer.MAX_VALUE);
			TemplateCheck.json(content);
			return Map.entry(template, content);
		}
		catch (PromptException ex) {
			throw new PromptException(ex.reason(), ex.field(), shown(name) + ": " + ex.detail(), null);
		}
	}

	/**
	 * Makes a new version of what is in a file, unless it is the latest already. The
	 * first version of a template is labelled {@code production}.
	 */
	Imported take(Caller caller, String name, TemplateContent content) {
		String hash = TemplateCheck.hash(TemplateCheck.json(content));
		for (int attempt = 1;; attempt++) {
			TemplateHead head = this.templates.find(caller.tenant(), name);
			if (head != null && !head.archived() && head.hash().equals(hash)) {
				return new Imported(name, head.version(), false);
			}
			try {
				int basedOn = (head != null) ? head.version() : 0;
				return new Imported(name, this.templates.create(caller, name, content, basedOn, (labels) -> {
					labels.put(TemplateReference.PRODUCTION, new LabelTarget.Fixed(basedOn + 1));
					return labels;
				}).version(), true);
			}
			catch (PromptException ex) {
				// Another node may take in the same files at the same time.
				if (ex.reason() != PromptException.Reason.CONFLICT || attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static Map<String, TemplateContent> unzip(byte[] zip) {
		Map<String, TemplateContent> contents = new TreeMap<>();
		long total = 0;
		try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
			ZipEntry entry;
			while ((entry = in.getNextEntry()) != null) {
				byte[] file = in.readNBytes(LARGEST_FILE + 1);
				total += file.length;
				if (contents.size() == MOST_FILES || total > LARGEST_ZIP) {
					throw new PromptException(PromptException.Reason.TOO_LARGE,
							"A zip may hold at most %d templates of %d bytes in all".formatted(MOST_FILES,
									LARGEST_ZIP));
				}
				Map.Entry<String, TemplateContent> read = read(entry.getName(), file);
				if (contents.put(read.getKey(), read.getValue()) != null) {
					throw refused(entry.getName(), "is there twice");
				}
			}
		}
		catch (ZipException ex) {
			throw new PromptException(PromptException.Reason.INVALID, "The zip cannot be read");
		}
		catch (IOException ex) {
			throw new PromptException(PromptException.Reason.INVALID, "The zip ends too early");
		}
		if (contents.isEmpty()) {
			throw new PromptException(PromptException.Reason.INVALID, "The body must be a zip of template files");
		}
		if (contents.size() != entries(zip)) {
			throw new PromptException(PromptException.Reason.INVALID, "The zip ends too early");
		}
		return contents;
	}

	/**
	 * How many files a zip says at its end that it has, -1 where it does not. One that is
	 * cut off between two files reads like a whole one.
	 */
	private static int entries(byte[] zip) {
		ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
		for (int at = zip.length - ZIP_END_LENGTH; at >= Math.max(0, zip.length - ZIP_END_LENGTH - 0xFFFF); at--) {
			if (bytes.getInt(at) == ZIP_END) {
				return Short.toUnsignedInt(bytes.getShort(at + 10));
			}
		}
		return -1;
	}

	private static @Nullable Object yaml(byte[] file) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		// A list may hold itself by an alias, and by many of them grow without bound.
		options.setMaxAliasesForCollections(0);
		options.setNestingDepthLimit(50);
		try {
			return new Yaml(new SafeConstructor(options)).load(new String(file, StandardCharsets.UTF_8));
		}
		catch (YAMLException ex) {
			throw new PromptException(PromptException.Reason.INVALID, "is not valid YAML");
		}
	}

	private static PromptException refused(String name, String detail) {
		return new PromptException(PromptException.Reason.INVALID, shown(name) + " " + detail);
	}

	private static String shown(String name) {
		return (name.length() <= 160) ? name : name.substring(0, 160) + "…";
	}

}
