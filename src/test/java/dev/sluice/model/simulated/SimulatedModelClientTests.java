package dev.sluice.model.simulated;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.sluice.model.CallScope;
import dev.sluice.model.ModelClient;
import dev.sluice.model.ModelClientContract;
import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelEventSink;
import dev.sluice.model.ModelException.Reason;
import dev.sluice.model.ModelReply;
import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.FinishReason;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import dev.sluice.model.message.Usage;
import dev.sluice.testing.RecordingSink;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract, as far as a backend can keep it that says what it likes: it has words of
 * its own, no failures and no connection.
 */
class SimulatedModelClientTests extends ModelClientContract {

	private static final Duration FOREVER = Duration.ofDays(1);

	private static final String TRANSCRIPT = """
			This is the simulated model test.model-v1:0. It was sent:
			system: Be brief.
			user: Hello?""";

	private final BlockingQueue<SimulatedProperties> paces = new LinkedBlockingQueue<>();

	private final BlockingQueue<CompletableFuture<Void>> ended = new LinkedBlockingQueue<>();

	private final AtomicInteger calls = new AtomicInteger();

	@Override
	protected ModelClient client() {
		return new ModelClient() {

			@Override
			public ModelReply converse(ModelRequest request, CallScope scope) {
				ModelReply[] reply = new ModelReply[1];
				call(scope, (model) -> reply[0] = model.converse(request, scope));
				return reply[0];
			}

			@Override
			public void converseStream(ModelRequest request, ModelEventSink sink, CallScope scope) {
				call(scope, (model) -> model.converseStream(request, sink, scope));
			}

		};
	}

	@Test
	@Override
	protected void streamsTextInOrderAndFinishesOnce() {
		RecordingSink sink = stream();

		assertThat(sink.text()).isEqualTo(TRANSCRIPT);
		assertThat(sink.texts()).startsWith("This ", "is ", "the ");
		assertThat(sink.events()).endsWith(new ModelEvent.Finished(FinishReason.END_TURN, Usage.of(14, 14)));
	}

	@Test
	@Override
	protected void repliesWithTheTextThatItStreams() {
		assertThat(client().converse(request(), scope())).isEqualTo(
				new ModelReply(List.of(new ContentPart.Text(TRANSCRIPT)), FinishReason.END_TURN, Usage.of(14, 14)));
	}

	@Test
	@Override
	protected void flushesWhatItHasPassedOnBeforeItReturns() {
		RecordingSink sink = stream();

		assertThat(sink.flushes()).endsWith(sink.events().size());
	}

	@Test
	@Override
	protected void takesNoHarmFromAScopeThatEndsAfterTheCall() {
		CallScope scope = scope();

		client().converse(request(), scope);
		scope.cancel();

		assertThat(stream().text()).isEqualTo(TRANSCRIPT);
	}

	@Override
	protected void keepsParallelCallsApart() {
		// Each call answers with what it was sent; there is nothing that two could share.
	}

	@Test
	void repeatsTheParametersItWasSent() {
		assertThat(answer(new Parameters(500, 0.5, 0.9, List.of("never said"))))
			.endsWith("\nparameters: maxTokens=500, temperature=0.5, topP=0.9, stopSequences=[never said]");
	}

	@Test
	void keepsToTheMostTokens() {
		ModelReply reply = client().converse(request(new Parameters(3, null, null, List.of())), scope());

		assertThat(reply.content()).containsExactly(new ContentPart.Text("This is the "));
		assertThat(reply.finishReason()).isEqualTo(FinishReason.MAX_TOKENS);
		assertThat(reply.usage().outputTokens()).isEqualTo(3);
	}

	@Test
	void stopsAtAStopSequence() {
		ModelReply reply = client().converse(request(new Parameters(null, null, null, List.of("sent", "simulated"))),
				scope());

		assertThat(reply.content()).containsExactly(new ContentPart.Text("This is the "));
		assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP_SEQUENCE);
	}

	@Test
	void saysWhatItWasSentBesidesText() {
		ModelRequest request = new ModelRequest(
				"m", null, List.of(
						new Message(Role.USER,
								List.of(new ContentPart.Image("png", "AAAA"),
										new ContentPart.Document("pdf", "Notes", "AAA=")))),
				Parameters.DEFAULTS, Map.of());

		assertThat(client().converse(request, scope()).content()).singleElement()
			.asString()
			.contains("[image png, 3 bytes]", "[document pdf Notes, 2 bytes]");
	}

	@Test
	void showsWhereItShouldKeepWhatItRead() {
		ModelRequest request = request();
		ModelRequest cached = new ModelRequest(request.modelId(), request.system(), request.messages(),
				request.parameters(), Map.of(), new CachePoints(true, Set.of(0)), null);

		assertThat(client().converse(cached, scope()).content()).singleElement()
			.asString()
			.contains("system: Be brief.\n[cache point]\nuser: Hello?\n[cache point]");
	}

	@Test
	void countsTheTokensThatItTellsOfAPrompt() {
		SimulatedModelClient model = new SimulatedModelClient(new SimulatedProperties(Duration.ZERO, Duration.ZERO));

		assertThat(model.countTokens(request())).hasValue(model.converse(request(), scope()).usage().inputTokens());
	}

	@Override
	protected void nextAnswers(String... deltas) {
		this.paces.add(new SimulatedProperties(Duration.ZERO, Duration.ZERO));
	}

	@Override
	protected void nextHangsAfter(String... deltas) {
		this.paces.add(new SimulatedProperties(Duration.ZERO, FOREVER));
	}

	@Override
	protected void nextHangs() {
		this.paces.add(new SimulatedProperties(FOREVER, FOREVER));
	}

	@Override
	protected void nextFails(Reason reason) {
		Assumptions.abort("The simulated model never fails");
	}

	@Override
	protected void nextFailsAfter(Reason reason, String... deltas) {
		Assumptions.abort("The simulated model never fails");
	}

	@Override
	protected Future<?> nextFloods(int deltas, String delta) {
		return Assumptions.abort("The simulated model makes a word when it is asked for one");
	}

	@Override
	protected CompletableFuture<Void> closed() throws InterruptedException {
		CompletableFuture<Void> closed = this.ended.poll(10, TimeUnit.SECONDS);
		assertThat(closed).as("A call was made").isNotNull();
		return closed;
	}

	@Override
	protected int calls() {
		return this.calls.get();
	}

	private interface Call {

		void make(ModelClient model);

	}

	private void call(CallScope scope, Call call) {
		scope.check();
		this.calls.incrementAndGet();
		CompletableFuture<Void> end = new CompletableFuture<>();
		this.ended.add(end);
		SimulatedProperties pace = this.paces.poll();
		try {
			call.make(new SimulatedModelClient(
					(pace != null) ? pace : new SimulatedProperties(Duration.ZERO, Duration.ZERO)));
		}
		finally {
			end.complete(null);
		}
	}

	private String answer(Parameters parameters) {
		return ((ContentPart.Text) client().converse(request(parameters), scope()).content().getFirst()).text();
	}

	private ModelRequest request(Parameters parameters) {
		ModelRequest request = request();
		return new ModelRequest(request.modelId(), request.system(), request.messages(), parameters, Map.of());
	}

}
