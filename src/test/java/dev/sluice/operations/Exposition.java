package dev.sluice.operations;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code /actuator/prometheus} says, in Prometheus' text format. */
record Exposition(Map<String, Family> families, List<Sample> samples) {

	private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

	/** A metric with all its tags and, if it is a histogram, its buckets. */
	record Family(String name, String type, String help, Set<String> labels) {
	}

	/** A line. */
	record Sample(String name, Map<String, String> labels, double value) {
	}

	static Exposition parse(String text) {
		Map<String, String> types = new TreeMap<>();
		Map<String, String> helps = new TreeMap<>();
		List<Sample> samples = new java.util.ArrayList<>();
		for (String line : text.lines().toList()) {
			String[] words = line.split(" ", 4);
			if (line.startsWith("# TYPE ")) {
				types.put(words[2], words[3]);
			}
			else if (line.startsWith("# HELP ")) {
				helps.put(words[2], (words.length > 3) ? words[3] : "");
			}
			else if (!line.isEmpty()) {
				samples.add(sample(line));
			}
		}
		Map<String, Family> families = new TreeMap<>();
		types.forEach((name, type) -> families.put(name,
				new Family(name, type, helps.getOrDefault(name, ""), labelsOf(name, type, samples))));
		return new Exposition(families, samples);
	}

	private static Sample sample(String line) {
		Matcher matcher = SAMPLE.matcher(line);
		if (!matcher.matches()) {
			throw new AssertionError("Not a sample: " + line);
		}
		Map<String, String> labels = new LinkedHashMap<>();
		if (matcher.group(2) != null) {
			LABEL.matcher(matcher.group(2)).results().forEach((label) -> labels.put(label.group(1), label.group(2)));
		}
		return new Sample(matcher.group(1), labels, Double.parseDouble(matcher.group(3).replace("+Inf", "Infinity")));
	}

	private static Set<String> labelsOf(String family, String type, List<Sample> samples) {
		Set<String> names = switch (type) {
			case "histogram" -> Set.of(family + "_count", family + "_sum");
			case "summary" -> Set.of(family, family + "_count", family + "_sum");
			default -> Set.of(family);
		};
		return samples.stream()
			.filter((sample) -> names.contains(sample.name()))
			.flatMap((sample) -> sample.labels().keySet().stream())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	List<Sample> of(String name) {
		return this.samples.stream().filter((sample) -> sample.name().equals(name)).toList();
	}

}
