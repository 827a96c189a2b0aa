package dev.sluice.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a PromQL expression asks for: enough of the language to tell whether anything
 * feeds it.
 */
record Query(String text) {

	private static final Pattern GROUPING = Pattern
		.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

	private static final Pattern SELECTOR = Pattern.compile("\\b([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

	private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

	/** Series that are asked for, as they stand in the query. */
	record Selector(String metric, List<Matcher> matchers) {

		boolean takes(Exposition.Sample sample) {
			return sample.name().equals(this.metric) && this.matchers.stream().allMatch((one) -> one.takes(sample));
		}

	}

	record Matcher(String label, String operator, String value) {

		private static Matcher of(MatchResult found) {
			return new Matcher(found.group(1), found.group(2), found.group(3));
		}

		/** Prometheus itself adds the job and the instance. */
		private boolean takes(Exposition.Sample sample) {
			if (this.label.equals("instance") || this.label.equals("job")) {
				return true;
			}
			String actual = sample.labels().getOrDefault(this.label, "");
			return switch (this.operator) {
				case "=" -> actual.equals(this.value);
				case "!=" -> !actual.equals(this.value);
				case "=~" -> actual.matches(this.value);
				default -> !actual.matches(this.value);
			};
		}

	}

	List<Selector> selectors() {
		List<Selector> selectors = new ArrayList<>();
		String bare = GROUPING.matcher(this.text).replaceAll(" ").replaceAll("\\[[^]]*]", "");
		SELECTOR.matcher(bare).results().filter((found) -> !WORDS.contains(found.group(1))).forEach((found) -> {
			String matchers = (found.group(2) != null) ? found.group(2) : "";
			selectors.add(new Selector(found.group(1), MATCHER.matcher(matchers).results().map(Matcher::of).toList()));
		});
		return selectors;
	}

	/** The labels by which it groups and joins. */
	Set<String> groupings() {
		Set<String> labels = new TreeSet<>();
		GROUPING.matcher(this.text).results().forEach((found) -> {
			for (String label : found.group(1).split(",")) {
				labels.add(label.strip());
			}
		});
		labels.removeAll(Set.of("", "instance", "job"));
		return labels;
	}

}
