package dev.sluice.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file of requests as IntelliJ IDEA and REST Client for VS Code read it, as far as the
 * examples go. Neither minds the comment {@code # @expect 200}.
 */
final class HttpFile {

	private static final Pattern VARIABLE = Pattern.compile("\\{\\{([^{}]+)}}");

	private final Map<String, String> variables = new LinkedHashMap<>();

	private final Map<String, JsonNode> responses = new LinkedHashMap<>();

	private final List<Call> calls = new ArrayList<>();

	HttpFile(Path file) {
		try {
			for (String part : Files.readString(file).split("(?m)^###")) {
				read(part.strip().lines().toList());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<Call> calls() {
		return this.calls;
	}

	void set(String name, String value) {
		this.variables.put(name, value);
	}

	void answered(Call call, String body) {
		if (!call.name().isEmpty()) {
			this.responses.put(call.name(), JsonMapper.shared().readTree(body));
		}
	}

	/**
	 * The text with the values of the variables that it names; others are the template's
	 * own.
	 */
	String resolve(String text) {
		return VARIABLE.matcher(text)
			.replaceAll((variable) -> Matcher.quoteReplacement(value(variable.group(1), variable.group())));
	}

	private String value(String name, String otherwise) {
		if (this.variables.containsKey(name)) {
			return resolve(this.variables.get(name));
		}
		String[] path = name.split("\\.response\\.body\\.\\$\\.");
		return (path.length == 2) ? this.responses.get(path[0]).path(path[1]).asString() : otherwise;
	}

	private void read(List<String> lines) {
		String name = "";
		int expected = 0;
		for (int i = 0; i < lines.size(); i++) {
			String line = lines.get(i);
			if (line.startsWith("@")) {
				String[] variable = line.substring(1).split(" = ", 2);
				this.variables.putIfAbsent(variable[0], variable[1]);
			}
			else if (line.startsWith("# @name ")) {
				name = line.substring(8);
			}
			else if (line.startsWith("# @expect ")) {
				expected = Integer.parseInt(line.substring(10));
			}
			else if (line.matches("(GET|POST|PUT|PATCH|DELETE) \\S+")) {
				assertThat(expected).as("%s without # @expect", line).isPositive();
				List<String> rest = lines.subList(i + 1, lines.size());
				int head = rest.contains("") ? rest.indexOf("") : rest.size();
				this.calls.add(new Call(name, expected, line, rest.subList(0, head),
						String.join("\n", rest.subList(Math.min(head + 1, rest.size()), rest.size()))));
				return;
			}
		}
	}

	/** One request and the status that is expected. */
	record Call(String name, int expected, String line, List<String> headers, String body) {
	}

}
