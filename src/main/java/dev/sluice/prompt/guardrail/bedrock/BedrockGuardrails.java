package dev.sluice.prompt.guardrail.bedrock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.sluice.aws.AwsEndpoint;
import dev.sluice.model.message.Finding.Stage;
import dev.sluice.model.message.GuardrailReport.Verdict;
import dev.sluice.prompt.terms.PromptException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailRequest;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentSource;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailOutputScope;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Asks guardrails of Amazon Bedrock about texts. There is no client, and no look-up of
 * credentials, before the first call.
 */
@Component
public class BedrockGuardrails implements AutoCloseable {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

	private final BedrockGuardrailProperties properties;

	private final MeterRegistry meters;

	private final Supplier<AwsEndpoint> endpoint;

	private volatile @Nullable BedrockRuntimeClient client;

	@Autowired
	BedrockGuardrails(BedrockGuardrailProperties properties, MeterRegistry meters) {
		// Not before it is needed: the search for a region ends at the instance metadata
		// service, which a newcomer's machine has not.
		this(properties, meters, () -> AwsEndpoint.find("AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
				"aws.endpointUrlBedrockRuntime", "bedrock_runtime"));
	}

	BedrockGuardrails(BedrockGuardrailProperties properties, MeterRegistry meters, Supplier<AwsEndpoint> endpoint) {
		this.properties = properties;
		this.meters = meters;
		this.endpoint = endpoint;
	}

	/**
	 * What a guardrail says of a text. Blocks for at most
	 * {@code sluice.guardrail.bedrock.timeout}; a text of more than 25,000 characters is
	 * shown to it in windows, for each of which that holds.
	 * @param identifier the guardrail's id or ARN
	 * @param version {@code DRAFT} or a number
	 * @throws PromptException with {@link PromptException.Reason#GUARDRAIL_UNAVAILABLE}
	 * if it could not be asked, or its answer makes no sense
	 */
	public Assessment apply(String identifier, String version, Stage stage, String text) {
		if (text.length() <= Windows.LARGEST) {
			return ask(identifier, version, stage, text);
		}
		List<Assessment> parts = new ArrayList<>();
		Windows windows = new Windows(Windows.LARGEST, (window) -> ask(identifier, version, stage, window));
		windows.accept(text, parts::add);
		windows.finish(parts::add);
		return join(parts);
	}

	@Override
	public synchronized void close() {
		if (this.client != null) {
			this.client.close();
		}
	}

	private Assessment ask(String identifier, String version, Stage stage, String text) {
		if (text.isBlank()) {
			return Assessment.untouched(text);
		}
		long start = System.nanoTime();
		String outcome = "failed";
		try {
			Assessment assessment = GuardrailAnswer
				.read(client().applyGuardrail(request(identifier, version, stage, text)), stage, text);
			outcome = assessment.verdict().name().toLowerCase(Locale.ROOT);
			return assessment;
		}
		catch (RuntimeException ex) {
			GuardrailFailure failure = GuardrailFailure.of(ex);
			outcome = failure.outcome();
			throw failure.toException();
		}
		finally {
			Timer.builder("sluice.guardrail.bedrock.calls")
				.description("Calls of ApplyGuardrail, by what they said or why they failed")
				.tags("outcome", outcome, "stage", stage.name().toLowerCase(Locale.ROOT))
				.register(this.meters)
				.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		}
	}

	/** All that was detected comes back by INTERVENTIONS; FULL adds what was not. */
	private static ApplyGuardrailRequest request(String identifier, String version, Stage stage, String text) {
		return ApplyGuardrailRequest.builder()
			.guardrailIdentifier(identifier)
			.guardrailVersion(version)
			.source((stage == Stage.INPUT) ? GuardrailContentSource.INPUT : GuardrailContentSource.OUTPUT)
			.content(GuardrailContentBlock.fromText((block) -> block.text(text)))
			.outputScope(GuardrailOutputScope.INTERVENTIONS)
			.build();
	}

	private static Assessment join(List<Assessment> parts) {
		Verdict verdict = Verdict.NONE;
		StringBuilder text = new StringBuilder();
		List<Located> findings = new ArrayList<>();
		for (Assessment part : parts) {
			findings.addAll(part.findings());
			if (part.verdict() == Verdict.BLOCKED) {
				return new Assessment(Verdict.BLOCKED, part.text(), findings);
			}
			verdict = (part.verdict() == Verdict.MASKED) ? Verdict.MASKED : verdict;
			text.append(part.text());
		}
		return new Assessment(verdict, text.toString(), findings);
	}

	private BedrockRuntimeClient client() {
		BedrockRuntimeClient current = this.client;
		return (current != null) ? current : open();
	}

	private synchronized BedrockRuntimeClient open() {
		if (this.client == null) {
			Duration timeout = this.properties.timeout();
			this.client = this.endpoint.get()
				.configure(BedrockRuntimeClient.builder())
				.httpClientBuilder(Apache5HttpClient.builder()
					.maxConnections(this.properties.maxConnections())
					.connectionTimeout((timeout.compareTo(CONNECT_TIMEOUT) < 0) ? timeout : CONNECT_TIMEOUT)
					.connectionAcquisitionTimeout(timeout)
					.socketTimeout(timeout)
					.tcpKeepAlive(true))
				.overrideConfiguration((override) -> override.apiCallTimeout(timeout).retryStrategy(onceMore()))
				.build();
		}
		return this.client;
	}

	/** Somebody waits, so not for the second that the SDK gives a busy service. */
	private static RetryStrategy onceMore() {
		return AwsRetryStrategy.standardRetryStrategy()
			.toBuilder()
			.maxAttempts(2)
			.throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(Duration.ofMillis(250), Duration.ofSeconds(1)))
			.build();
	}

}
