package dev.sluice.prompt.template;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a template besides its versions.
 *
 * @param version the latest version
 * @param description of the latest version
 * @param author who wrote the latest version
 * @param updatedAt when a version or a label was last set
 * @param archived whether it is hidden and not used until somebody writes a new version
 * @param revision counts every change
 * @param hash of what is in the latest version
 */
public record TemplateHead(String name, int version, @Nullable String description, String author, Instant createdAt,
		Instant updatedAt, SortedMap<String, LabelTarget> labels, boolean archived, long revision, String hash) {

	public TemplateHead {
		labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
	}

	/**
	 * The version that is meant.
	 * @return the number, or 0 if there is no such version or label
	 */
	int resolve(TemplateReference reference, String stickyKey) {
		Integer wanted = reference.version();
		if (wanted != null) {
			return (wanted >= 1 && wanted <= this.version) ? wanted : 0;
		}
		String label = (reference.label() != null) ? reference.label() : TemplateReference.PRODUCTION;
		LabelTarget target = this.labels.get(label);
		if (target != null) {
			return target.choose(this.name, label, stickyKey);
		}
		return (reference.label() == null || label.equals(TemplateReference.LATEST)) ? this.version : 0;
	}

	TemplateHead withLabels(SortedMap<String, LabelTarget> labels, boolean archived, Instant now) {
		return new TemplateHead(this.name, this.version, this.description, this.author, this.createdAt, now, labels,
				archived, this.revision + 1, this.hash);
	}

}
