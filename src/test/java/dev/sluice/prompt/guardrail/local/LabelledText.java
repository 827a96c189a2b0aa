package dev.sluice.prompt.guardrail.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A line of the labelled sets: its text, and what is to be found in it. */
record LabelledText(String text, List<Span> spans) {

	static List<String> lines(String resource) {
		try (InputStream in = LabelledText.class.getResourceAsStream("/guardrail/" + resource)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("# ") && !line.startsWith("## "))
				.map((line) -> line.replace("\\n", "\n"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static LabelledText of(String line) {
		StringBuilder text = new StringBuilder();
		List<Span> spans = new ArrayList<>();
		int at = 0;
		for (int mark = line.indexOf('«'); mark >= 0; mark = line.indexOf('«', at)) {
			int bar = line.indexOf('|', mark);
			int end = line.indexOf('»', mark);
			text.append(line, at, mark);
			int start = text.length();
			text.append(line, bar + 1, end);
			spans.add(new Span(start, text.length(), line.substring(mark + 1, bar)));
			at = end + 1;
		}
		text.append(line.substring(at));
		return new LabelledText(text.toString(), spans);
	}

}
