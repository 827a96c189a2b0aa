package dev.sluice.prompt.context;

import java.util.List;
import java.util.Set;

import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every text of a hundred letters has 29 tokens here. */
class CachePlacementTests {

	private static final String TEXT = "x".repeat(100);

	private static final Message USER = Message.user(TEXT);

	private static final Message ANSWER = Conversations.assistant(TEXT);

	/** Two examples of the template, two turns, and a question. */
	private static final List<Message> MESSAGES = List.of(USER, ANSWER, USER, ANSWER, USER, ANSWER, USER, ANSWER, USER);

	private final ContextBudget budget = new ContextBudget(new ContextProperties(100, 0), new SimpleMeterRegistry(),
			new QuarterTokenizer());

	@Test
	void keepsSystemTemplateAndOlderTurns() {
		assertThat(place(29, 4, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(true, Set.of(3, 7)));
	}

	@Test
	void keepsNothingUnasked() {
		ModelWindow window = new ModelWindow("m", 10_000, 0, 29, 4);

		assertThat(this.budget.fit(window, TEXT, MESSAGES, 4, null, false).cachePoints()).isEqualTo(CachePoints.NONE);
		assertThat(place(0, 4, TEXT, MESSAGES, 4)).isEqualTo(CachePoints.NONE);
		assertThat(place(29, 0, TEXT, MESSAGES, 4)).isEqualTo(CachePoints.NONE);
	}

	@Test
	void countsTheMinimumFromTheBeginning() {
		assertThat(place(30, 4, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(3, 7)));
		assertThat(place(5 * 29, 4, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(3, 7)));
		assertThat(place(5 * 29 + 1, 4, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(7)));
		assertThat(place(9 * 29, 4, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(7)));
		assertThat(place(9 * 29 + 1, 4, TEXT, MESSAGES, 4)).isEqualTo(CachePoints.NONE);
	}

	@Test
	void prefersTheSystemTextAndThenTheLatest() {
		assertThat(place(29, 1, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(true, Set.of()));
		assertThat(place(29, 2, TEXT, MESSAGES, 4)).isEqualTo(new CachePoints(true, Set.of(7)));
		assertThat(place(29, 1, null, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(7)));
		assertThat(place(29, 2, null, MESSAGES, 4)).isEqualTo(new CachePoints(false, Set.of(3, 7)));
	}

	@Test
	void keepsOnePlaceWhereTemplateAndOlderTurnsEndTogether() {
		assertThat(place(29, 4, null, List.of(USER, ANSWER, USER), 2)).isEqualTo(new CachePoints(false, Set.of(1)));
		assertThat(place(29, 4, TEXT, List.of(USER), 0)).isEqualTo(new CachePoints(true, Set.of()));
		assertThat(place(29, 4, null, List.of(USER), 1)).isEqualTo(CachePoints.NONE);
		assertThat(place(29, 4, null, List.of(USER, ANSWER, USER), 3)).isEqualTo(new CachePoints(false, Set.of(1)));
	}

	/** The template's last message goes on with what the user says first. */
	@Test
	void keepsTheTemplateUpToItsLastWholeMessage() {
		List<Message> messages = List.of(USER, ANSWER, USER, USER, ANSWER, USER);

		assertThat(place(29, 4, null, messages, 3)).isEqualTo(new CachePoints(false, Set.of(1, 3)));
	}

	@Test
	void keepsNoTurnThatTheToolsAreStillWorkingOn() {
		List<Message> messages = List.of(USER, ANSWER, USER, Conversations.toolUse("t1"),
				Conversations.toolResult("t1", TEXT));

		assertThat(place(29, 4, null, messages, 0)).isEqualTo(new CachePoints(false, Set.of(3)));
	}

	@Test
	void leavesAnAnswerBegunByTheCallerBehind() {
		assertThat(place(29, 4, null, List.of(USER, ANSWER, USER, ANSWER), 0))
			.isEqualTo(new CachePoints(false, Set.of(1)));
	}

	@Test
	void standsBehindNoThought() {
		Message thought = new Message(Role.ASSISTANT,
				List.of(new ContentPart.Text(TEXT), new ContentPart.Reasoning("Hm", "c2ln")));

		assertThat(place(29, 4, null, List.of(USER, thought, USER), 0)).isEqualTo(CachePoints.NONE);
	}

	@Test
	void countsPlacesBehindWhatWasTrimmed() {
		ModelWindow window = new ModelWindow("m", 100 + 5 * 29, 0, 29, 4);

		FittedPrompt fitted = this.budget.fit(window, null, MESSAGES, 2, 100, true);

		assertThat(fitted.messages()).hasSize(5);
		assertThat(fitted.cachePoints()).isEqualTo(new CachePoints(false, Set.of(1, 3)));
	}

	private CachePoints place(int minimum, int points, String system, List<Message> messages, int framed) {
		return this.budget.fit(new ModelWindow("m", 10_000, 0, minimum, points), system, messages, framed, null, true)
			.cachePoints();
	}

}
