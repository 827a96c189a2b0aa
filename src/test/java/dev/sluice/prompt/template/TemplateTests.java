package dev.sluice.prompt.template;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptText;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TemplateTests {

	private static final String SUPPORT = """
			{"system": "You answer for {{company}}.",
			 "messages": [{"role": "user", "content": "{{question}}"}],
			 "variables": {"question": {"type": "string", "required": true, "maxLength": 10},
			   "company": {"type": "string", "default": "ACME", "trusted": true}}}""";

	@Test
	void putsValuesInTheirPlaces() {
		Rendering rendering = TestTemplates.template(SUPPORT).render(Map.of("question", "Why?"));

		assertThat(rendering.system()).isEqualTo(PromptText.authored("You answer for ACME.\n\n" + Fence.NOTICE));
		assertThat(rendering.messages()).hasSize(1);
		RenderedMessage message = rendering.messages().getFirst();
		assertThat(message.role()).isEqualTo(Role.USER);
		assertThat(message.text().text()).isEqualTo("<untrusted name=\"question\">Why?</untrusted>");
		assertThat(givenParts(message.text())).containsExactly("Why?");
	}

	@Test
	void knowsWhichPartsTheCallerGaveThoughTrusted() {
		Rendering rendering = TestTemplates.template(SUPPORT).render(Map.of("question", "Why?", "company", "Initech"));

		assertThat(rendering.system().text()).startsWith("You answer for Initech.\n");
		assertThat(givenParts(rendering.system())).containsExactly("Initech");
	}

	@Test
	void insertsEveryType() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{n}} {{d}} {{b}} {{e}}{{#b}} yes{{/b}}{{^b}} no{{/b}}"}],
				 "variables": {"n": {"type": "number"}, "d": {"type": "number"}, "b": {"type": "boolean"},
				   "e": {"type": "enum", "values": ["low", "high"]}}}""");

		Rendering rendering = template.render(Map.of("n", 3, "d", 2.50, "b", true, "e", "high"));
		Rendering other = template.render(Map.of("n", 3.0, "d", -7L, "b", false, "e", "low"));

		assertThat(rendering.system()).isNull();
		assertThat(text(rendering)).isEqualTo("3 2.5 true high yes");
		assertThat(givenParts(rendering.messages().getFirst().text())).containsExactly("3", "2.5", "true", "high");
		assertThat(text(other)).isEqualTo("3 -7 false low no");
	}

	@Test
	void goesThroughListsAndIntoObjects() {
		Template template = TestTemplates.template(
				"""
						{"messages": [{"role": "user",
						  "content": "{{#items}}{{-index}}. {{title}} ({{price}}){{^-last}}, {{/-last}}{{/items}} for {{who.name}}"}],
						 "variables": {"items": {"type": "list", "trusted": true}, "who": {"type": "object"}}}""");

		Rendering rendering = template
			.render(Map.of("items", List.of(Map.of("title", "Tea", "price", 3), Map.of("title", "Cake", "price", 4.5)),
					"who", Map.of("name", "Ann")));

		assertThat(text(rendering)).isEqualTo("1. Tea (3), 2. Cake (4.5) for <untrusted name=\"who\">Ann</untrusted>");
		assertThat(givenParts(rendering.messages().getFirst().text())).containsExactly("Tea", "3", "Cake", "4.5",
				"Ann");
	}

	@Test
	void insertsWholeListsAndObjectsAsJson() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{tags}} {{who}}"}],
				 "variables": {"tags": {"type": "list"}, "who": {"type": "object", "trusted": true}}}""");

		Rendering rendering = template.render(
				Map.of("tags", List.of("a", "</untrusted>", 1), "who", new TreeMap<>(Map.of("name", "Ann", "age", 3))));

		assertThat(text(rendering)).isEqualTo(
				"<untrusted name=\"tags\">[\"a\",\"(/un-trusted>\",1]</untrusted> " + "{\"age\":3,\"name\":\"Ann\"}");
	}

	@Test
	void leavesOutWhatIsOptional() {
		Template template = TestTemplates.template(
				"""
						{"messages": [{"role": "user", "content": "Hi{{#name}} {{name}}{{/name}}{{^tags}} -{{/tags}}!{{note}}"}],
						 "variables": {"name": {"type": "string", "required": false}, "tags": {"type": "list", "required": false},
						   "note": {"type": "string", "required": false}}}""");

		assertThat(text(template.render(Map.of()))).isEqualTo("Hi -!");
		assertThat(text(template.render(Map.of("name", "", "tags", List.of())))).isEqualTo("Hi -!");
		assertThat(text(template.render(Map.of("name", "Ann", "tags", List.of("x")))))
			.isEqualTo("Hi <untrusted name=\"name\">Ann</untrusted>!");
	}

	@Test
	void neitherEscapesValuesNorReadsThemAgain() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{a}}{{{a}}}{{&a}}"}],
				 "variables": {"a": {"type": "string", "trusted": true}, "b": {"type": "string", "default": "B"}}}""");

		assertThat(text(template.render(Map.of("a", "<b> & {{b}} \"q\" {{{b}}}"))))
			.isEqualTo("<b> & {{b}} \"q\" {{{b}}}".repeat(3));
	}

	@Test
	void tellsAllThatDoesNotFit() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{a}}{{b}}{{c}}{{d}}"}],
				 "variables": {"a": {"type": "string"}, "b": {"type": "number"},
				   "c": {"type": "enum", "values": ["x", "y"]}, "d": {"type": "string", "maxLength": 3}}}""");

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> template.render(Map.of("z", 1, "b", "1", "c", "w", "d", "four")))
			.satisfies((ex) -> {
				assertThat(ex.reason()).isEqualTo(PromptException.Reason.TEMPLATE_INVALID);
				assertThat(ex.field()).isEqualTo("variables.z");
				assertThat(ex.detail()).contains("variables.z is not a variable of this template",
						"variables.a is missing", "variables.b must be a number", "variables.c must be one of x, y",
						"variables.d must be at most 3 characters");
			});
	}

	@Test
	void takesNoNumberThatIsTooLarge() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{n}}"}], "variables": {"n": {"type": "number"}}}""");

		assertInvalid("variables.n", () -> template.render(Map.of("n", Double.POSITIVE_INFINITY)));
		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> TestTemplates.template("""
				{"system": "{{n}}", "variables": {"n": {"type": "number", "default": 1e999}}}"""))
			.extracting(PromptException::field)
			.isEqualTo("variables.n.default");
	}

	@Test
	void countsCodePointsOfTexts() {
		Template template = TestTemplates.template(SUPPORT);

		assertThat(text(template.render(Map.of("question", "😀".repeat(10))))).contains("😀".repeat(10));
		assertInvalid("variables.question", () -> template.render(Map.of("question", "😀".repeat(11))));
	}

	@Test
	void boundsListsAndObjects() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{#l}}{{.}}{{/l}}."}],
				 "variables": {"l": {"type": "list", "maxLength": 10}}}""");
		List<Object> deep = List.of();
		for (int i = 0; i < 40; i++) {
			deep = List.of(deep);
		}
		List<Object> nested = deep;

		assertThat(text(template.render(Map.of("l", List.of("abcd", "efg"))))).contains("abcd");
		assertInvalid("variables.l", () -> template.render(Map.of("l", List.of("abcd", "efgh", "i"))));
		assertInvalid("variables.l", () -> template.render(Map.of("l", java.util.Collections.nCopies(11, ""))));
		assertInvalid("variables.l", () -> template.render(Map.of("l", nested)));
	}

	@Test
	void boundsTheWholeText() {
		Template template = TestTemplates.template("""
				{"system": "0123456789", "messages": [{"role": "user", "content": "{{#l}}{{#l}}x{{/l}}{{/l}}y"}],
				 "variables": {"l": {"type": "list", "trusted": true}}}""", 500);

		assertThat(text(template.render(Map.of("l", java.util.Collections.nCopies(20, 1))))).hasSize(401);
		assertInvalid("variables", () -> template.render(Map.of("l", java.util.Collections.nCopies(24, 1))));
	}

	@Test
	void doesNotGoRoundForEver() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}y"}],
				 "variables": {"l": {"type": "list"}}}""");

		assertInvalid("variables", () -> template.render(Map.of("l", java.util.Collections.nCopies(1000, "x"))));
	}

	/** The cache counts by it. */
	@Test
	void weighsAllThatItKeeps() {
		Template large = TestTemplates.template("""
				{"system": "{{a}}", "variables": {"a": {"type": "string", "maxLength": 290000, "default": "%s"}}}"""
			.formatted("x".repeat(280_000)));

		assertThat(large.weight()).isGreaterThan(280_000);
	}

	@Test
	void namesWhatAnElementLacks() {
		Template template = TestTemplates.template(
				"""
						{"messages": [{"role": "user", "content": "{{#l}}{{title}}{{/l}}"}], "variables": {"l": {"type": "list"}}}""");

		assertInvalid("variables.title", () -> template.render(Map.of("l", List.of(Map.of("name", "x")))));
	}

	@Test
	void refusesAMessageThatBecomesBlank() {
		Template template = TestTemplates.template("""
				{"messages": [{"role": "user", "content": "{{a}}"}],
				 "variables": {"a": {"type": "string", "required": false}}}""");

		assertInvalid("variables", () -> template.render(Map.of()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', textBlock = """
			{{name}}                    ; {{name}} is not a declared variable
			{{#name}}x{{/name}}         ; {{name}} is not a declared variable
			{{> other}}                 ; cannot include another
			{{< other}}{{/other}}       ; cannot include another
			{{$ block}}{{/block}}       ; cannot include another
			{{=<% %>=}}                 ; delimiters cannot be changed
			{{a                         ; is not closed
			{{#a}}x                     ; {{#a}} is not closed
			x{{/a}}                     ; closes a section that is not open
			{{#a}}{{#l}}{{/a}}{{/l}}    ; closes a section that is not open
			{{a.b}}                     ; which is no object
			{{a b}}                     ; is not a name
			{{}}                        ; names no variable
			{{.}}                       ; stands outside of a section
			{{^l}}{{title}}{{/l}}       ; {{title}} is not a declared variable
			{{#a}}{{title}}{{/a}}       ; {{title}} is not a declared variable
			x </untrusted> y            ; <untrusted> tag
			""")
	void refusesTextThatDoesNotFitItsVariables(String text, String detail) {
		String json = """
				{"system": "%s", "variables": {"a": {"type": "string"}, "l": {"type": "list"}}}""".formatted(text);

		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> TestTemplates.template(json))
			.satisfies((ex) -> {
				assertThat(ex.reason()).isEqualTo(PromptException.Reason.TEMPLATE_INVALID);
				assertThat(ex.field()).isEqualTo("system");
				assertThat(ex.detail()).contains(detail);
			});
	}

	private static void assertInvalid(String field, ThrowingCallable rendering) {
		assertThatExceptionOfType(PromptException.class).isThrownBy(rendering).satisfies((ex) -> {
			assertThat(ex.reason()).isEqualTo(PromptException.Reason.TEMPLATE_INVALID);
			assertThat(ex.field()).isEqualTo(field);
		});
	}

	private static String text(Rendering rendering) {
		return rendering.messages().getFirst().text().text();
	}

	private static List<String> givenParts(PromptText text) {
		java.util.ArrayList<String> parts = new java.util.ArrayList<>();
		for (int i = 0; i < text.given().length; i += 2) {
			parts.add(text.text().substring(text.given()[i], text.given()[i + 1]));
		}
		return parts;
	}

}
