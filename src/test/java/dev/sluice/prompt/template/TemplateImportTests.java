package dev.sluice.prompt.template;

import dev.sluice.prompt.terms.PromptException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.TestStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TemplateImportTests {

	private static final String TENANT = Caller.DEFAULT_TENANT;

	@TempDir
	private Path directory;

	private final DynamoStore store = TestStore.create();

	private final Templates templates = TestTemplates.node(this.store);

	@Test
	void takesInWhatIsNew() throws IOException {
		write("greet.json", "{\"system\": \"one\"}");
		write("other.yaml", "system: x\ncache: true\n");
		write("README.txt", "no template");
		start(this.templates);
		start(this.templates);
		assertThat(head("greet").version()).isEqualTo(1);
		assertThat(head("greet").author()).isEqualTo("import");
		assertThat(head("other").labels()).isEqualTo(Map.of("production", new LabelTarget.Fixed(1)));

		write("greet.json", "{\"system\": \"two\"}");
		start(this.templates);
		start(this.templates);

		assertThat(head("greet").version()).isEqualTo(2);
		assertThat(head("greet").labels()).as("moved by people only")
			.isEqualTo(Map.of("production", new LabelTarget.Fixed(1)));
		assertThat(head("other").version()).isEqualTo(1);
	}

	@Test
	void leavesAloneWhatWasArchived() throws IOException {
		write("greet.json", "{\"system\": \"one\"}");
		start(this.templates);
		this.templates.archive(Caller.anonymous("ann"), "greet");

		start(this.templates);

		assertThat(this.templates.find(TENANT, "greet").archived()).isTrue();
	}

	@Test
	void stopsTheStartForAFileThatCannotBeRead() throws IOException {
		write("greet.json", "{\"system\": \"{{name}}\"}");

		assertThatIllegalStateException().isThrownBy(() -> start(this.templates))
			.withMessageContaining("greet.json")
			.withMessageContaining("{{name}} is not a declared variable");
		assertThat(this.templates.find(TENANT, "greet")).isNull();
	}

	@Test
	void startsWithoutTheStore() throws IOException {
		write("greet.json", "{\"system\": \"one\"}");

		start(TestTemplates.node(TestStore.at(URI.create("http://127.0.0.1:1")))).destroy();
	}

	@Test
	void takesFilesInOnceTheStoreIsThere() throws IOException {
		write("greet.json", "{\"system\": \"one\"}");
		SwitchableDynamo dynamo = new SwitchableDynamo();
		DynamoStore store = TestStore.create(dynamo.client(), new SimpleMeterRegistry());
		Templates templates = TestTemplates.node(store);
		dynamo.setDown(true);
		TemplateImport waiting = start(templates);

		dynamo.setDown(false);

		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			TemplateHead head = templates.find(TENANT, "greet");
			assertThat(head).isNotNull();
			assertThat(head.version()).isEqualTo(1);
		});
		waiting.destroy();
	}

	@Test
	void everyStarterIsSound() {
		TemplateImport starters = new TemplateImport(new TemplateFiles(this.templates), this.templates,
				properties("classpath:/templates/"), TestStore.check(this.store));

		starters.afterPropertiesSet();

		assertThat(this.templates.list(TENANT, "", null, 50).items()).extracting(TemplateHead::name)
			.containsExactly("classify", "extract-json", "rewrite", "summarize", "support-answer", "translate");
		Rendering support = find("support-answer")
			.render(Map.of("question", "Where is my order?", "facts", List.of("Orders take two days.")));
		assertThat(support.system().text()).contains("You are friendly",
				"- <untrusted name=\"facts\">Orders take two days.</untrusted>\n");
		assertThat(find("translate")
			.render(Map.of("text", "Hi", "target", "French", "glossary",
					List.of(Map.of("term", "cart", "translation", "panier"))))
			.system()
			.text()).contains("Always translate <untrusted name=\"glossary\">cart</untrusted> as");
		assertThat(find("extract-json")
			.render(Map.of("text", "x", "fields", List.of(Map.of("name", "total", "description", "the sum"))))
			.system()
			.text()).contains("- total: the sum\n");
		assertThat(
				find("classify").render(Map.of("text", "x", "classes", List.of("praise", "complaint"))).system().text())
			.contains("- praise\n- complaint\n", "answer other.");
		assertThat(find("summarize").render(Map.of("text", "x")).system().text()).contains("at most 5 sentences.");
		assertThat(find("rewrite").render(Map.of("text", "x", "audience", "children")).messages()).hasSize(1);
	}

	@Test
	void refusesYamlThatHoldsItself() {
		byte[] yaml = """
				system: x
				variables: {a: {type: list, default: &a [*a, *a]}}
				""".getBytes(java.nio.charset.StandardCharsets.UTF_8);

		assertThatExceptionOfType(PromptException.class).isThrownBy(() -> TemplateFiles.read("a.yaml", yaml))
			.extracting(PromptException::reason)
			.isEqualTo(PromptException.Reason.INVALID);
	}

	private Template find(String name) {
		return this.templates.find(TENANT, new TemplateReference(name, null, "production"), "k");
	}

	private TemplateImport start(Templates templates) {
		TemplateImport started = new TemplateImport(new TemplateFiles(templates), templates,
				properties(this.directory.toUri().toString()), TestStore.check(this.store));
		started.afterPropertiesSet();
		return started;
	}

	private static TemplateProperties properties(String location) {
		return new TemplateProperties(Duration.ofSeconds(5), 1000, DataSize.ofMegabytes(1), 100_000, List.of(location));
	}

	private TemplateHead head(String name) {
		return this.templates.head(TENANT, name);
	}

	private void write(String name, String content) throws IOException {
		Files.writeString(this.directory.resolve(name), content);
	}

}
