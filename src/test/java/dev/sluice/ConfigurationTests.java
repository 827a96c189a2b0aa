package dev.sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Every setting by its external name: what it is by default, and that it can be set. */
class ConfigurationTests {

	/** What must be set, as the service's own configuration does. */
	private static final Map<String, String> CATALOGUE = Map.of("sluice.model.default-model", "fast",
			"sluice.model.models.fast.id", "a-model");

	/** Some other value for every setting that has a default. */
	private static final Map<String, String> OTHERS = Map.ofEntries(Map.entry("sluice.api.max-request-size", "1KB"),
			Map.entry("sluice.api.keep-alive", "1s"),
			Map.entry("sluice.api.allowed-origins", "https://a.example,https://b.example"),
			Map.entry("sluice.audit.enabled", "false"), Map.entry("sluice.audit.directory", "d"),
			Map.entry("sluice.audit.max-bytes", "2MB"), Map.entry("sluice.audit.when-full", "drop"),
			Map.entry("sluice.audit.sync", "false"), Map.entry("sluice.audit.key", "k".repeat(32)),
			Map.entry("sluice.audit.former-keys", "l".repeat(32) + "," + "m".repeat(32)),
			Map.entry("sluice.generation.sync-timeout", "2s"), Map.entry("sluice.generation.max-running", "3"),
			Map.entry("sluice.generation.max-retained", "4"), Map.entry("sluice.generation.retention", "5s"),
			Map.entry("sluice.generation.shutdown-grace", "6s"), Map.entry("sluice.generation.log.max-events", "7"),
			Map.entry("sluice.generation.log.max-bytes", "8B"), Map.entry("sluice.generation.log.total-bytes", "9B"),
			Map.entry("sluice.model.models.fast.context-window", "25"),
			Map.entry("sluice.model.models.fast.max-output-tokens", "24"),
			Map.entry("sluice.model.models.fast.cache-minimum", "23"),
			Map.entry("sluice.model.models.fast.cache-points", "2"), Map.entry("sluice.model.bedrock.transport", "sdk"),
			Map.entry("sluice.model.bedrock.max-connections", "10"),
			Map.entry("sluice.guardrail.default-policy", "strict"), Map.entry("sluice.guardrail.hold-back", "64"),
			Map.entry("sluice.guardrail.refresh", "9s"), Map.entry("sluice.guardrail.policies.off.enabled", "false"),
			Map.entry("sluice.guardrail.bedrock.timeout", "4s"),
			Map.entry("sluice.guardrail.bedrock.max-connections", "5"),
			Map.entry("sluice.model.bedrock.transport", "sdk"), Map.entry("sluice.model.bedrock.max-connections", "10"),
			Map.entry("sluice.model.bedrock.connect-timeout", "11s"), Map.entry("sluice.model.retry.max-attempts", "1"),
			Map.entry("sluice.model.retry.base-delay", "12ms"), Map.entry("sluice.model.retry.max-delay", "13s"),
			Map.entry("sluice.model.simulated.first-token", "14s"),
			Map.entry("sluice.model.simulated.between-tokens", "15s"),
			Map.entry("sluice.model.time-limits.first-token", "16s"),
			Map.entry("sluice.model.time-limits.between-tokens", "17s"),
			Map.entry("sluice.model.time-limits.total", "18s"), Map.entry("sluice.prompt.template.refresh", "6s"),
			Map.entry("sluice.prompt.template.max-cached", "7"), Map.entry("sluice.prompt.template.cache-size", "8KB"),
			Map.entry("sluice.prompt.template.max-rendered-length", "9"),
			Map.entry("sluice.prompt.template.import", "classpath:/a/,file:/b/"),
			Map.entry("sluice.store.endpoint", "http://127.0.0.1:1"), Map.entry("sluice.store.table-prefix", "t-"),
			Map.entry("sluice.store.create-tables", "true"), Map.entry("sluice.store.connect-timeout", "1s"),
			Map.entry("sluice.store.timeout", "2s"), Map.entry("sluice.store.max-connections", "3"),
			Map.entry("sluice.stomp.idle-timeout", "19s"), Map.entry("sluice.stomp.connection-limit", "20s"),
			Map.entry("sluice.stomp.heart-beat", "21s"), Map.entry("sluice.stomp.max-message-size", "22KB"),
			Map.entry("sluice.stomp.send-time-limit", "23s"), Map.entry("sluice.stomp.send-buffer-size", "24KB"),
			Map.entry("sluice.prompt.context.output-reserve", "26"),
			Map.entry("sluice.prompt.context.safety-margin", "27"));

	@Test
	void hasDefaultsThatAreSafe() {
		String totalBytes = Runtime.getRuntime().maxMemory() / 4 + "B";

				ApiProperties[maxRequestSize=10485760B, keepAlive=PT15S, allowedOrigins=[]]
				GenerationProperties[syncTimeout=PT29S, maxRunning=5000, maxRetained=10000, retention=PT10M, \
				shutdownGrace=PT20S, log=LogLimits[maxEvents=100000, maxBytes=16777216B, totalBytes=%s]]
				GuardrailProperties[defaultPolicy=default, holdBack=256, refresh=PT5S, policies={}]
				BedrockGuardrailProperties[timeout=PT3S, maxConnections=512]
				ModelCatalogue[models={fast=Model[id=a-model, contextWindow=0, maxOutputTokens=0, \
				cacheMinimum=0, cachePoints=4]}, defaultModel=fast]
				BedrockProperties[transport=WIRE, maxConnections=65535, connectTimeout=PT5S]
				RetryProperties[maxAttempts=4, baseDelay=PT0.25S, maxDelay=PT5S]
				SimulatedProperties[firstToken=PT0.1S, betweenTokens=PT0.02S]
				TimeLimits[firstToken=PT1M, betweenTokens=PT30S, total=PT10M]
				TemplateProperties[refresh=PT5S, maxCached=10000, cacheSize=67108864B, \
				maxRenderedLength=1000000, imports=[]]
				StompProperties[idleTimeout=PT10M, connectionLimit=PT2H, heartBeat=PT10S, maxMessageSize=262144B, \
				sendTimeLimit=PT20S, sendBufferSize=524288B]
				StoreProperties[endpoint=null, tablePrefix=sluice-, createTables=false, connectTimeout=PT0.4S, \
				timeout=PT1S, maxConnections=64]""".formatted(totalBytes));
				AuditProperties[enabled=true, directory=data/audit, maxBytes=1073741824B, whenFull=REFUSE, sync=true, \
				key=null, formerKeys=[]]
				ContextProperties[outputReserve=4096, safetyMargin=5]
	}

	@Test
	void takesEverySettingByItsExternalName() {
		Map<String, String> settings = new TreeMap<>(CATALOGUE);
		settings.putAll(OTHERS);

		assertThat(String.join("\n", bindAll(settings).values())).isEqualTo(
				"""
				ApiProperties[maxRequestSize=1024B, keepAlive=PT1S, allowedOrigins=[https://a.example, https://b.example]]
				GenerationProperties[syncTimeout=PT2S, maxRunning=3, maxRetained=4, retention=PT5S, \
				shutdownGrace=PT6S, log=LogLimits[maxEvents=7, maxBytes=8B, totalBytes=9B]]
				GuardrailProperties[defaultPolicy=strict, holdBack=64, refresh=PT9S, policies={off={enabled=false}}]
				BedrockGuardrailProperties[timeout=PT4S, maxConnections=5]
				ModelCatalogue[models={fast=Model[id=a-model, contextWindow=25, maxOutputTokens=24, \
				cacheMinimum=23, cachePoints=2]}, defaultModel=fast]
				BedrockProperties[transport=SDK, maxConnections=10, connectTimeout=PT11S]
				RetryProperties[maxAttempts=1, baseDelay=PT0.012S, maxDelay=PT13S]
				SimulatedProperties[firstToken=PT14S, betweenTokens=PT15S]
				TimeLimits[firstToken=PT16S, betweenTokens=PT17S, total=PT18S]
				TemplateProperties[refresh=PT6S, maxCached=7, cacheSize=8192B, maxRenderedLength=9, imports=[classpath:/a/, file:/b/]]
				StompProperties[idleTimeout=PT19S, connectionLimit=PT20S, heartBeat=PT21S, maxMessageSize=22528B, \
				sendTimeLimit=PT23S, sendBufferSize=24576B]
				StoreProperties[endpoint=http://127.0.0.1:1, tablePrefix=t-, createTables=true, connectTimeout=PT1S, \
				timeout=PT2S, maxConnections=3]""");
				AuditProperties[enabled=false, directory=d, maxBytes=2097152B, whenFull=DROP, sync=false, \
				key=******, formerKeys=[******, ******]]
				ContextProperties[outputReserve=26, safetyMargin=27]
		assertThat(settings.keySet().stream().map(ConfigurationTests::general)).hasSameElementsAs(documentedNames());
	}

	@Test
	void refusesValuesThatMakeNoSense() {
				"sluice.api.keep-alive=0s",
				"sluice.api.max-request-size=0",
				"sluice.generation.sync-timeout=6m",
				"sluice.generation.max-running=0",
				"sluice.generation.log.max-events=1",
				"sluice.model.default-model=unknown",
				"sluice.guardrail.hold-back=63",
				"sluice.guardrail.refresh=0s",
				"sluice.guardrail.default-policy=No Name",
				"sluice.guardrail.policies.a.pii.WHAT=mask",
				"sluice.guardrail.bedrock.timeout=0s",
				"sluice.guardrail.bedrock.max-connections=0",
				"sluice.model.models.fast.id=",
				"sluice.model.retry.max-attempts=0",
				"sluice.model.retry.max-delay=1ms",
				"sluice.audit.max-bytes=1KB",
				"sluice.audit.key=short",
				"sluice.model.simulated.first-token=-1s", "sluice.model.time-limits.total=0s",
				"sluice.store.timeout=0s", "sluice.store.table-prefix=a b", "sluice.stomp.idle-timeout=0s",
				"sluice.stomp.max-message-size=1B", "sluice.stomp.send-buffer-size=3GB",
				"sluice.model.models.fast.context-window=-1", "sluice.model.models.fast.max-output-tokens=-1",
				"sluice.model.models.fast.cache-minimum=-1", "sluice.model.models.fast.cache-points=-1",
				"sluice.prompt.context.output-reserve=0", "sluice.prompt.context.safety-margin=51",
				"sluice.prompt.context.safety-margin=-1", "sluice.prompt.template.refresh=0s",
				"sluice.prompt.template.max-cached=0")) {
			Map<String, String> settings = new TreeMap<>(CATALOGUE);
			settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);

			assertThatExceptionOfType(Exception.class).as(setting)
				.isThrownBy(() -> bindAll(settings))
				.havingRootCause()
				.isInstanceOf(IllegalArgumentException.class)
				.withMessageContaining("sluice.");
		}
	}

	/** A setting that is misspelt in the service's own configuration would be ignored. */
	@Test
	void ownConfigurationUsesNamesThatExist() throws IOException {
		List<PropertySource<?>> documents = new YamlPropertySourceLoader().load("application.yml",
				new ClassPathResource("application.yml"));

		List<String> names = documents.stream()
			.flatMap((document) -> ((Map<?, ?>) document.getSource()).keySet().stream())
			.map(Object::toString)
			.filter((name) -> name.startsWith("sluice."))
			.map(ConfigurationTests::general)
			.toList();

		assertThat(names).isNotEmpty()
			.isSubsetOf(Stream.concat(documentedNames().stream(), Stream.of("sluice.model.provider")).toList());
	}

	@Test
	void theManualNamesEverySettingWithItsDefault() throws IOException {
		String manual = Files.readString(Path.of("docs/configuration.md"));

		for (JsonNode property : metadata().toList()) {
			String name = property.get("name").stringValue();
			String value = property.path("defaultValue").asString("");
			assertThat(manual).as(name).contains("| `" + name + "` | " + (value.isEmpty() ? "" : "`" + value + "` |"));
		}
	}

	private static String general(String name) {
		return name.replaceAll("^sluice\\.model\\.models\\..*", "sluice.model.models")
			.replaceAll("^sluice\\.guardrail\\.policies\\..*", "sluice.guardrail.policies")
			.replaceAll("\\[\\d+]$", "");
	}

	private static List<String> documentedNames() {
		return metadata().map((property) -> property.get("name").stringValue())
			.filter((name) -> !name.equals("sluice.model.provider"))
			.toList();
	}

	private static Stream<JsonNode> metadata() {
		try {
			return JsonMapper.shared()
				.readTree(new ClassPathResource("META-INF/spring-configuration-metadata.json").getContentAsByteArray())
				.get("properties")
				.values()
				.stream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** All records of settings, by prefix, as text. */
	private static Map<String, String> bindAll(Map<String, String> settings) {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
		return scanner.findCandidateComponents("dev.sluice")
			.stream()
			.map((found) -> typeOf(found.getBeanClassName()))
			.collect(Collectors.toMap((type) -> type.getAnnotation(ConfigurationProperties.class).value(),
					(type) -> bind(type, settings).toString(), (one, _) -> one, TreeMap::new));
	}

	private static Class<?> typeOf(String name) {
		try {
			return Class.forName(name);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object bind(Class<?> type, Map<String, String> settings) {
		String prefix = type.getAnnotation(ConfigurationProperties.class).value();
		return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate(prefix, Bindable.of(type));
	}

}
