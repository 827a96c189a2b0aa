package dev.sluice.prompt.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.prompt.terms.PromptException;
import dev.sluice.prompt.terms.PromptException.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class ContextBudgetTests {

	private static final int CASES = 3_000;

	private final QuarterTokenizer tokenizer = new QuarterTokenizer();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	/** No margin, so that a test can reckon. */
	private final ContextBudget budget = new ContextBudget(new ContextProperties(100, 0), this.meters, this.tokenizer);

	/** Whatever the conversation, the model can take what comes out. */
	@Test
	void makesEveryConversationOneThatTheModelTakes() {
		int trimmed = 0;
		int refused = 0;
		for (int seed = 0; seed < CASES; seed++) {
			Random random = new Random(seed);
			Conversations conversation = Conversations.random(random);
			String system = random.nextBoolean() ? "s".repeat(random.nextInt(400)) : null;
			int room = 50 + random.nextInt(4_000);
			ModelWindow window = new ModelWindow("m", room + 10, 0, 0, 4);
			List<Message> messages = conversation.messages();
			int kept = expectedTurns(conversation, system, room);

			if (kept == 0) {
				refused++;
				PromptException refusal = catchThrowableOfType(PromptException.class,
						() -> this.budget.fit(window, system, messages, conversation.framed().size(), 10, false));

				assertThat(refusal).as("seed %d", seed).isNotNull();
				assertThat(refusal.reason()).as("seed %d", seed).isEqualTo(Reason.CONTEXT_TOO_LONG);
				continue;
			}
			FittedPrompt fitted = this.budget.fit(window, system, messages, conversation.framed().size(), 10, false);
			trimmed += (kept < conversation.turns().size()) ? 1 : 0;

			List<Message> expected = new ArrayList<>(conversation.framed());
			List<List<Message>> turns = conversation.turns();
			turns.subList(turns.size() - kept, turns.size()).forEach(expected::addAll);
			String name = "seed " + seed;
			assertThat(fitted.trimmedMessages()).as(name).isEqualTo(messages.size() - expected.size());
			assertThat(fitted.trimmedTokens() > 0).as(name).isEqualTo(fitted.trimmedMessages() > 0);
			assertThat(parts(fitted.messages())).as(name).containsExactlyInAnyOrderElementsOf(parts(expected));
			assertTakable(fitted.messages(), name);
			assertThat(fitted.messages().getLast().content()).as(name).endsWith(lastOf(messages));
			assertThat(tokens(fitted.messages(), system)).as(name).isLessThanOrEqualTo(room);
			assertThat(fitted.cachePoints()).as(name).isEqualTo(CachePoints.NONE);
		}
		assertThat(trimmed).as("cases that were trimmed").isGreaterThan(CASES / 10);
		assertThat(refused).as("cases that were refused").isGreaterThan(CASES / 20);
	}

	@Test
	void keepsWhatItMustWhereCachePointsPay() {
		for (int seed = 0; seed < CASES; seed++) {
			Random random = new Random(seed);
			Conversations conversation = Conversations.random(random);
			ModelWindow window = new ModelWindow("m", 50 + random.nextInt(4_000), 0, 1 + random.nextInt(800),
					random.nextInt(5));
			List<Message> messages = conversation.messages();
			FittedPrompt fitted;
			try {
				fitted = this.budget.fit(window, "Be brief", messages, conversation.framed().size(), 10, true);
			}
			catch (PromptException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CONTEXT_TOO_LONG);
				continue;
			}

			String name = "seed " + seed;
			assertTakable(fitted.messages(), name);
			assertThat(parts(fitted.messages())).as(name)
				.containsAll(parts(conversation.framed()))
				.containsAll(parts(conversation.turns().getLast()));
			CachePoints points = fitted.cachePoints();
			assertThat(points.messages().size() + (points.system() ? 1 : 0)).as(name)
				.isLessThanOrEqualTo(window.maxCachePoints());
			int lastOfUser = lastOfUser(fitted.messages());
			assertThat(points.messages()).as(name).allMatch((place) -> place >= 0 && place < lastOfUser);
		}
	}

	@Test
	void leavesAloneWhatFits() {
		List<Message> messages = List.of(Message.user("Hi"), Conversations.assistant("Hello"), Message.user("Bye"));

		FittedPrompt fitted = this.budget.fit(window(1_000), "Be brief", messages, 0, null, false);

		assertThat(fitted.messages()).isEqualTo(messages);
		assertThat(fitted.trimmedMessages()).isZero();
		assertThat(fitted.trimmedTokens()).isZero();
		assertThat(fitted.estimatedTokens()).isEqualTo(4 + 2 + 3 * 4 + 1 + 2 + 1);
	}

	@Test
	void makesNeighboursOfOneRoleOneMessage() {
		List<Message> messages = List.of(Message.user("a"), Message.user("b"), Conversations.assistant("c"),
				Conversations.assistant("d"), Message.user("e"));

		assertThat(this.budget.fit(window(1_000), null, messages, 1, null, false).messages()).containsExactly(
				new Message(Role.USER, List.of(new ContentPart.Text("a"), new ContentPart.Text("b"))),
				new Message(Role.ASSISTANT, List.of(new ContentPart.Text("c"), new ContentPart.Text("d"))),
				Message.user("e"));
	}

	@Test
	void putsToolResultsBeforeWhatElseTheUserSays() {
		Message result = Conversations.toolResult("t1", "sunny");
		List<Message> messages = List.of(Message.user("Weather?"), Conversations.toolUse("t1"), Message.user("quick!"),
				result);

		assertThat(this.budget.fit(window(1_000), null, messages, 0, null, false).messages().getLast().content())
			.containsExactly(result.content().getFirst(), new ContentPart.Text("quick!"));
	}

	@Test
	void keepsTheResultOfAToolThatTheTemplateCalls() {
		List<Message> messages = List.of(Message.user("Weather?"), Conversations.toolUse("t1"),
				Conversations.toolResult("t1", "sunny"), Conversations.assistant("a".repeat(4_000)),
				Message.user("And tomorrow?"));

		FittedPrompt fitted = this.budget.fit(window(600), null, messages, 2, 100, false);

		assertThat(fitted.trimmedMessages()).isOne();
		assertThat(parts(fitted.messages().subList(0, 2))).isEqualTo(parts(messages.subList(0, 2)));
		assertThat(parts(fitted.messages().subList(2, 3))).isEqualTo(parts(List.of(messages.get(2), messages.get(4))));
	}

	@Test
	void provesNothingByTheLengthThatItHasLearnedToBeWrong() {
		ContextBudget budget = new ContextBudget(new ContextProperties(100, 0), this.meters, new Tokenizer() {

			@Override
			public boolean ready() {
				return true;
			}

			@Override
			public int count(String piece) {
				return piece.length();
			}

		});
		List<Message> messages = List.of(Message.user("x".repeat(600)));
		assertThat(budget.fit(window(1_100), null, messages, 0, 100, false).messages()).isEqualTo(messages);

		for (int i = 0; i < 100; i++) {
			budget.learn("m", 1_000, 2_000);
		}

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> budget.fit(window(1_100), null, messages, 0, 100, false))
			.withMessageStartingWith("The prompt has about 1208 tokens at least");
	}

	@Test
	void dropsAnswersThatNobodyAskedFor() {
		List<Message> messages = List.of(Conversations.assistant("Welcome"), Message.user("Hi"));

		FittedPrompt fitted = this.budget.fit(new ModelWindow("m", 0, 0, 0, 4), null, messages, 0, null, false);

		assertThat(fitted.messages()).containsExactly(Message.user("Hi"));
		assertThat(fitted.trimmedMessages()).isOne();
	}

	@Test
	void trimsNothingForAModelWhoseWindowIsNotKnown() {
		List<Message> messages = List.of(Message.user("x".repeat(5_000_000)), Conversations.assistant("y"),
				Message.user("z"));

		FittedPrompt fitted = this.budget.fit(new ModelWindow("m", 0, 0, 0, 4), null, messages, 0, null, true);

		assertThat(fitted.messages()).isEqualTo(messages);
		assertThat(this.tokenizer.pieces()).isEmpty();
	}

	@Test
	void refusesWhatHasNoMessageOfTheUser() {
		for (List<Message> messages : List.of(List.<Message>of(), List.of(Conversations.assistant("Welcome")),
				List.of(Conversations.toolUse("t1"), Conversations.toolResult("t1", "sunny")))) {
			assertThatExceptionOfType(PromptException.class)
				.isThrownBy(() -> this.budget.fit(window(1_000), null, messages, 0, null, false))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.INVALID))
				.satisfies((ex) -> assertThat(ex.field()).isEqualTo("messages"));
		}
	}

	@Test
	void refusesATemplateThatLetsTheModelSpeakFirst() {
		List<Message> messages = List.of(Conversations.assistant("Welcome"), Message.user("Hi"));

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> this.budget.fit(window(1_000), null, messages, 1, null, false))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TEMPLATE_INVALID));
	}

	@Test
	void refusesATemplateLargerThanThePrompt() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.budget.fit(window(1_000), null, List.of(Message.user("Hi")), 2, null, false));
	}

	@Test
	void saysHowMuchTooLongAPromptIs() {
		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> this.budget.fit(window(1_000), null, List.of(Message.user("secret".repeat(1_000))), 0,
					400, false))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CONTEXT_TOO_LONG))
			.withMessage("The prompt has about 1504 tokens at least; beside an answer of up to 400 the model has room "
					+ "for 600");
	}

	@Test
	void keepsRoomForTheAnswer() {
		List<Message> messages = List.of(Message.user("a".repeat(1_200)), Conversations.assistant("b".repeat(1_200)),
				Message.user("c".repeat(1_200)));

		assertThat(trimmed(new ModelWindow("m", 1_012, 0, 0, 4), messages, 100)).isZero();
		assertThat(trimmed(new ModelWindow("m", 1_011, 0, 0, 4), messages, 100)).isEqualTo(2);
		assertThat(trimmed(new ModelWindow("m", 1_012, 0, 0, 4), messages, null)).isZero();
		assertThat(trimmed(new ModelWindow("m", 1_012, 0, 0, 4), messages, 101)).isEqualTo(2);
		// A model cannot answer with more than it can.
		assertThat(trimmed(new ModelWindow("m", 1_012, 100, 0, 4), messages, 900)).isZero();
		assertThat(trimmed(new ModelWindow("m", 962, 50, 0, 4), messages, null)).isZero();
	}

	@Test
	void keepsNoMoreThanAQuarterOfASmallWindowUnasked() {
		List<Message> messages = List.of(Message.user("a".repeat(280)));

		assertThat(trimmed(new ModelWindow("m", 100, 0, 0, 4), messages, null)).isZero();
	}

	@Test
	void keepsAMarginForWhatItDoesNotKnow() {
		ContextBudget careful = new ContextBudget(new ContextProperties(100, 25), this.meters, this.tokenizer);
		List<Message> messages = List.of(Message.user("a".repeat(1_200)), Conversations.assistant("b".repeat(1_200)),
				Message.user("c".repeat(1_200)));

		assertThat(careful.fit(window(1_240), null, messages, 0, 100, false).trimmedMessages()).isZero();
		assertThat(careful.fit(window(1_239), null, messages, 0, 100, false).trimmedMessages()).isEqualTo(2);
	}

	@Test
	void countsWhatItLeavesOut() {
		List<Message> messages = List.of(Message.user("a".repeat(4_000)), Conversations.assistant("b"),
				Message.user("c"));

		this.budget.fit(window(500), null, messages, 0, 100, false);
		this.budget.fit(window(500), null, messages, 0, 100, false);

		assertThat(
				this.meters.get("sluice.context.trimmed.messages").tag("gen_ai.request.model", "m").counter().count())
			.isEqualTo(4);
	}

	@Test
	void tokenizesNothingThatFitsByItsLength() {
		QuarterTokenizer loading = new QuarterTokenizer().notReady();
		ContextBudget budget = new ContextBudget(new ContextProperties(100, 5), this.meters, loading);
		List<Message> messages = List.of(Message.user("word ".repeat(400)));

		FittedPrompt fitted = budget.fit(window(200_000), "Be brief", messages, 0, null, true);

		assertThat(loading.pieces()).isEmpty();
		assertThat(fitted.countedTokens()).isZero();
		assertThat(fitted.estimatedTokens()).isBetween(300L, 600L);
	}

	@Test
	void countsAShortPromptNowAndThenToLearn() {
		List<Message> messages = List.of(Message.user("hi"));
		int counted = 0;
		for (int i = 0; i < 64 * 11; i++) {
			FittedPrompt fitted = this.budget.fit(window(200_000), null, messages, 0, null, false);
			counted += (fitted.countedTokens() > 0) ? 1 : 0;
		}
		assertThat(counted).isEqualTo(64 + 10);

		this.tokenizer.forget();
		List<Message> longer = List.of(Message.user("long".repeat(2_100)));
		IntStream.range(0, 200).forEach((_) -> this.budget.fit(window(200_000), null, longer, 0, null, false));
		assertThat(this.tokenizer.pieces()).isEmpty();
	}

	@Test
	void learnsNothingFromWhatItCannotCount() {
		List<Message> messages = List.of(new Message(Role.USER, List.of(new ContentPart.Image("png", "AAAA"))));

		FittedPrompt fitted = this.budget.fit(window(200_000), null, messages, 0, null, false);

		assertThat(fitted.countedTokens()).isZero();
		assertThat(fitted.estimatedTokens()).isEqualTo(Texts.IMAGE + 4);
	}

	@Test
	void takesSamplesOfAHugeTextThatIsFarFromTheBound() {
		List<Message> messages = List.of(Message.user("word ".repeat(1_000_000)));

		assertThatExceptionOfType(PromptException.class)
			.isThrownBy(() -> this.budget.fit(window(200_000), null, messages, 0, null, false))
			.withMessageStartingWith("The prompt has about 12");
		assertThat(this.tokenizer.characters()).isLessThanOrEqualTo(TextCounter.SAMPLES * TextCounter.PIECE);
	}

	@Test
	void countsAHugeTextThatIsNearTheBound() {
		List<Message> messages = List.of(Message.user("word ".repeat(160_000)));

		FittedPrompt fitted = this.budget.fit(window(200_600), null, messages, 0, null, false);

		assertThat(fitted.estimatedTokens()).isBetween(200_000L, 200_400L);
		assertThat(this.tokenizer.characters()).isBetween(800_000, 800_000 + TextCounter.SAMPLES * TextCounter.PIECE);
	}

	@Test
	void looksAtNoMoreOfALongConversationThanTheWindowHolds() {
		List<Message> messages = new ArrayList<>();
		for (int i = 0; i < 2_000; i++) {
			messages.add(Message.user("question ".repeat(100)));
			messages.add(Conversations.assistant("answer ".repeat(100)));
		}
		messages.add(Message.user("last"));

		FittedPrompt fitted = this.budget.fit(window(10_100), null, messages, 0, null, false);

		assertThat(fitted.messages()).hasSize(49);
		assertThat(fitted.messages().getFirst().role()).isEqualTo(Role.USER);
		assertThat(this.tokenizer.characters()).isLessThan(10_000 * 4 + 2_000);
		assertThat(fitted.trimmedTokens()).isGreaterThan(300_000);
	}

	@Test
	void beginsAtTheSameTurnForSomeCallsWhereCachePointsPay() {
		ModelWindow window = new ModelWindow("m", 4_100, 0, 100, 4);
		List<Message> messages = new ArrayList<>();
		List<Message> beginnings = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			messages.add(Message.user("question %03d ".formatted(i).repeat(8)));
			FittedPrompt fitted = this.budget.fit(window, null, messages, 0, null, true);
			assertThat(tokens(fitted.messages(), null)).isLessThanOrEqualTo(4_000);
			if (!beginnings.contains(fitted.messages().getFirst())) {
				beginnings.add(fitted.messages().getFirst());
			}
			messages.add(Conversations.assistant("answer %03d ".formatted(i).repeat(8)));
		}

		// 60 tokens a turn: without steps it would begin anew in some 130 calls.
		assertThat(beginnings).hasSizeBetween(10, 30);
	}

	private static ModelWindow window(int contextTokens) {
		return new ModelWindow("m", contextTokens, 0, 0, 4);
	}

	private int trimmed(ModelWindow window, List<Message> messages, Integer maxTokens) {
		return this.budget.fit(window, null, messages, 0, maxTokens, false).trimmedMessages();
	}

	/** How many of the last turns fit; 0 if the last one does not. */
	private static int expectedTurns(Conversations conversation, String system, int room) {
		long used = tokens(conversation.framed(), system);
		int kept = 0;
		for (List<Message> turn : conversation.turns().reversed()) {
			used += tokens(turn, null);
			if (used > room) {
				break;
			}
			kept++;
		}
		return kept;
	}

	private static long tokens(List<Message> messages, String system) {
		long tokens = (system != null && !system.isEmpty()) ? 4 + QuarterTokenizer.tokens(system) : 0;
		for (Message message : messages) {
			tokens += 4;
			for (ContentPart part : message.content()) {
				tokens += switch (part) {
					case ContentPart.Text(String text) -> QuarterTokenizer.tokens(text);
					case ContentPart.Image _ -> Texts.IMAGE;
					case ContentPart.ToolUse(var _, String name, String input) ->
						QuarterTokenizer.tokens(name) + QuarterTokenizer.tokens(input);
					case ContentPart.Other(var _, String json) -> QuarterTokenizer.tokens(json);
					default -> throw new IllegalStateException(part.toString());
				};
			}
		}
		return tokens;
	}

	private static void assertTakable(List<Message> messages, String name) {
		assertThat(messages.getFirst().role()).as(name).isEqualTo(Role.USER);
		for (int i = 0; i < messages.size(); i++) {
			Message message = messages.get(i);
			if (i > 0) {
				assertThat(message.role()).as(name).isNotEqualTo(messages.get(i - 1).role());
			}
			List<String> results = message.content()
				.stream()
				.filter(Turns::isToolResult)
				.map((part) -> ((ContentPart.Other) part).json().split("\"")[3])
				.toList();
			List<String> calls = (i == 0) ? List.of() : toolUses(messages.get(i - 1));
			assertThat(results).as(name).isEqualTo(calls);
		}
		assertThat(toolUses(messages.getLast())).as(name).isEmpty();
	}

	private static List<String> toolUses(Message message) {
		return message.content()
			.stream()
			.filter(ContentPart.ToolUse.class::isInstance)
			.map((part) -> ((ContentPart.ToolUse) part).id())
			.toList();
	}

	private static List<ContentPart> parts(List<Message> messages) {
		return messages.stream().flatMap((message) -> message.content().stream()).toList();
	}

	private static ContentPart[] lastOf(List<Message> messages) {
		return (Turns.hasToolResult(messages.getLast())) ? new ContentPart[0]
				: messages.getLast().content().toArray(ContentPart[]::new);
	}

	private static int lastOfUser(List<Message> messages) {
		return IntStream.range(0, messages.size())
			.filter((i) -> messages.get(i).role() == Role.USER)
			.max()
			.orElseThrow();
	}

}
