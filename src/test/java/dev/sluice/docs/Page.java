package dev.sluice.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page of the documentation, of which parts are known to the tests. They hold the page
 * to what they know, or, with {@code -Dsluice.docs.write}, write it.
 *
 * @param file where it is
 */
record Page(Path file) {

	private static final boolean WRITE = System.getProperty("sluice.docs.write") != null;

	static Page of(String file) {
		return new Page(Path.of(file));
	}

	/** Every page there is. */
	static List<Page> all() {
		try (Stream<Path> files = Files.walk(Path.of(""))) {
			Predicate<Path> foreign = (file) -> Stream.of("target", "node_modules", ".git", "data", "src")
				.anyMatch((name) -> file.toString().matches("(.*/)?" + name.replace(".", "\\.") + "/.*"));
			return files.filter((file) -> file.toString().endsWith(".md"))
				.filter(foreign.negate())
				.sorted()
				.map(Page::new)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String text() {
		try {
			return Files.readString(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Holds the page to a text. */
	void mustBe(String text) {
		if (WRITE) {
			write(text);
		}
		assertThat(text())
			.as("%s is not what it should be; this writes it: ./mvnw -q test -Dtest='*DocTests' -Dsluice.docs.write",
					this.file)
			.isEqualTo(text);
	}

	private void write(String text) {
		try {
			Files.writeString(this.file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.file.toString();
	}

}
