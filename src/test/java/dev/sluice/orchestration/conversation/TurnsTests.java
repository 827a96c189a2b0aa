package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.sluice.model.message.Message;
import dev.sluice.orchestration.conversation.ConversationException.Reason;
import dev.sluice.orchestration.conversation.ConversationProperties.ConcurrentTurns;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.test.util.ReflectionTestUtils;

import static dev.sluice.orchestration.conversation.TestConversations.ANN;
import static dev.sluice.orchestration.conversation.TestConversations.answer;
import static dev.sluice.orchestration.conversation.TestConversations.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** Who has the turn, while others want it and the store comes and goes. */
@Timeout(40)
class TurnsTests {

	private static final ConversationProperties QUEUE = TestConversations.properties(ConcurrentTurns.QUEUE);

	private final LossyDynamo dynamo = new LossyDynamo();

	private final TestConversations sluice = TestConversations.create(this.dynamo.client());

	@Test
	void letsThemInOneAfterTheOtherInTheOrderInWhichTheyCame() {
		TestConversations queueing = this.sluice.beside(QUEUE);
		String id = queueing.all.create(ANN, null).id();
		Turn first = queueing.begin(ANN, id);
		List<Integer> order = new CopyOnWriteArrayList<>();
		List<CompletableFuture<Void>> waiting = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			int number = i;
			waiting.add(CompletableFuture.runAsync(() -> {
				Turn turn = queueing.begin(ANN, id);
				order.add(number);
				turn.add(List.of(Message.user("q" + number)), answer("a" + number), "fast", false, 0);
			}, Thread::startVirtualThread));
			int length = i + 2;
			await().until(() -> length(queueing) == length);
		}

		first.release();
		waiting.forEach(CompletableFuture::join);

		assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
		assertThat(this.sluice.stored(ANN, id)).startsWith("user: q0", "assistant: a0").hasSize(20);
		assertThat((Map<?, ?>) ReflectionTestUtils.getField(lines(queueing), "lines")).isEmpty();
	}

	@Test
	void waitsForAnotherProcess() {
		TestConversations queueing = this.sluice.beside(QUEUE);
		String id = queueing.all.create(ANN, null).id();
		Turn first = this.sluice.begin(ANN, id);
		CompletableFuture<Turn> waiting = CompletableFuture.supplyAsync(() -> queueing.begin(ANN, id),
				Thread::startVirtualThread);

		first.add(List.of(Message.user("q")), answer("a"), "fast", false, 0);

		assertThat(waiting.join().history()).hasSize(2);
	}

	@Test
	void waitsNoLongerThanItMay() {
		TestConversations queueing = this.sluice.beside(QUEUE);
		String id = queueing.all.create(ANN, null).id();
		String running = generation();
		Turn first = queueing.begin(ANN, id, running);

		assertBusy(running, () -> queueing.all.begin(ANN, id, generation(), Duration.ofMillis(100)));
		assertBusy(running, () -> this.sluice.beside(QUEUE).all.begin(ANN, id, generation(), Duration.ofMillis(100)));

		first.release();
		queueing.begin(ANN, id).release();
	}

	@Test
	void aLineHasAnEnd() {
		TestConversations queueing = this.sluice.beside(QUEUE);
		String id = queueing.all.create(ANN, null).id();
		String running = generation();
		Turn first = queueing.begin(ANN, id, running);
		List<CompletableFuture<Void>> waiting = new ArrayList<>();
		for (int i = 1; i < Lines.MOST; i++) {
			waiting
				.add(CompletableFuture.runAsync(() -> queueing.begin(ANN, id).release(), Thread::startVirtualThread));
		}
		await().until(() -> length(queueing) == Lines.MOST);

		assertBusy(running, () -> queueing.begin(ANN, id));

		first.release();
		waiting.forEach(CompletableFuture::join);
	}

	@Test
	void whatTheStoreDidIsNotDoneTwiceWhenItsAnswerGetsLost() {
		String id = this.sluice.all.create(ANN, null).id();
		Turn turn = this.sluice.begin(ANN, id);

		this.dynamo.lose("transactWriteItems", 1);
		turn.add(List.of(Message.user("q")), answer("a"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).containsExactly("user: q", "assistant: a");
		this.sluice.say(ANN, id, "next", "fine");
	}

	@Test
	void knowsItsOwnTurnAfterTheStoreHasForgottenTheTransaction() {
		String id = this.sluice.all.create(ANN, null).id();
		Turn turn = this.sluice.begin(ANN, id);

		this.dynamo.forget();
		this.dynamo.lose("transactWriteItems", 1);
		turn.add(List.of(Message.user("q".repeat(400_000))), answer("a"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).hasSize(2);
		this.sluice.say(ANN, id, "next", "fine");
		assertThat(this.sluice.items()).isEqualTo(1 + 4 + 2);
	}

	@Test
	void aTurnThatMayHaveBeenTakenIsGivenBack() {
		String id = this.sluice.all.create(ANN, null).id();
		TestConversations other = this.sluice.beside();

		this.dynamo.lose("updateItem", 1);
		assertThatExceptionOfType(ConversationException.class).isThrownBy(() -> this.sluice.begin(ANN, id))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));

		await().untilAsserted(() -> other.begin(ANN, id).release());
	}

	@Test
	void keepsTheTurnUntilItIsWritten() {
		TestConversations other = this.sluice.beside();
		String id = this.sluice.all.create(ANN, null).id();
		String running = generation();
		Turn turn = this.sluice.begin(ANN, id, running);

		this.dynamo.setDown(true);
		turn.add(List.of(Message.user("q".repeat(1_000_000))), answer("a"), "fast", false, 0);
		turn.release();
		assertThat(this.sluice.meters.get("sluice.conversations.pending").tag("what", "turn").gauge().value()).isOne();
		this.dynamo.setDown(false);

		await().ignoreExceptions().until(() -> other.stored(ANN, id).size() == 2);
		other.say(ANN, id, "next", "fine");
		assertThat(this.sluice.meters.get("sluice.conversations.lost").tag("what", "turn").counter().count()).isZero();
	}

	@Test
	void isNotKeptByWhatCannotBeWritten() {
		TestConversations queueing = TestConversations.create(this.dynamo.client(), QUEUE);
		TestConversations other = queueing.beside();
		String id = queueing.all.create(ANN, null).id();
		Turn turn = queueing.begin(ANN, id);

		this.dynamo.fault("transactWriteItems");
		assertThatIllegalStateException()
			.isThrownBy(() -> turn.add(List.of(Message.user("q")), answer("a"), "fast", false, 0));
		turn.release();

		queueing.begin(ANN, id).release();
		other.say(ANN, id, "next", "fine");
		assertThat(other.stored(ANN, id)).containsExactly("user: next", "assistant: fine");
	}

	@Test
	void isFreeForAllWhenTheStoreIsBackAfterItWasGivenUp() {
		TestConversations other = this.sluice.beside();
		String id = this.sluice.all.create(ANN, null).id();
		Turn turn = this.sluice.begin(ANN, id);
		Behind adding = (Behind) ReflectionTestUtils.getField(this.sluice.turns, "adding");
		adding.close();

		this.dynamo.setDown(true);
		turn.add(List.of(Message.user("q")), answer("a"), "fast", false, 0);
		this.dynamo.setDown(false);

		await().ignoreExceptions().untilAsserted(() -> other.begin(ANN, id).release());
		assertThat(this.sluice.meters.get("sluice.conversations.lost").tag("what", "turn").counter().count()).isOne();
	}

	@Test
	void takesOverWhatItsOwnProcessGaveUp() {
		String id = this.sluice.all.create(ANN, null).id();
		String given = generation();
		this.sluice.begin(ANN, id, given);
		((Set<?>) ReflectionTestUtils.getField(this.sluice.turns, "held")).remove(given);

		this.sluice.say(ANN, id, "q", "a");

		assertThat(this.sluice.stored(ANN, id)).hasSize(2);
	}

	@Test
	void oneOfManyWhoWantTheSameTurnGetsIt() {
		TestConversations other = this.sluice.beside();
		CountDownLatch go = new CountDownLatch(1);
		Map<Turn, String> turns = new ConcurrentHashMap<>();
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			TestConversations process = (i % 2 == 0) ? this.sluice : other;
			String generation = generation();
			all.add(CompletableFuture.runAsync(() -> {
				try {
					go.await();
					turns.put(process.begin(ANN, "own", generation), generation);
				}
				catch (ConversationException ex) {
					assertThat(ex.reason()).isIn(Reason.BUSY, Reason.CONFLICT);
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}, Thread::startVirtualThread));
		}

		go.countDown();
		all.forEach(CompletableFuture::join);

		assertThat(turns).hasSize(1).containsValue(this.sluice.all.find(ANN, "own").runningGeneration());
	}

	@Test
	void sumsUpWhatWasNotRead() {
		List<String> asked = new CopyOnWriteArrayList<>();
		TestConversations summing = TestConversations.create(
				new ConversationProperties(Duration.ofDays(90), ConcurrentTurns.REFUSE, 1000, "cheap"),
				(owner, model, before, messages) -> {
					asked.add(owner.subject() + " " + model + " " + before + " " + TestConversations.texts(messages));
					return "summary " + asked.size();
				});
		String id = summing.all.create(ANN, null).id();
		for (int i = 0; i < 3; i++) {
			summing.say(ANN, id, "q" + i, "a" + i);
		}

		Turn turn = summing.begin(ANN, id);
		turn.history();
		turn.add(List.of(Message.user("q3")), answer("a3"), "fast", false, 2);
		await().until(() -> summary(summing, id) != null);

		Turn next = summing.begin(ANN, id);
		assertThat(next.summary()).isEqualTo("summary 1");
		assertThat(next.omitted()).isEqualTo(2);
		assertThat(TestConversations.texts(next.history())).startsWith("user: q1").hasSize(6);
		next.add(List.of(Message.user("q4")), answer("a4"), "fast", false, 4);
		await().until(() -> "summary 2".equals(summary(summing, id)));
		assertThat(asked).containsExactly("ann cheap null [user: q0, assistant: a0]",
				"ann cheap summary 1 [user: q1, assistant: a1, user: q2, assistant: a2]");
		assertThat(summing.all.fork(ANN, id, null, null).messages()).isEqualTo(10);
		assertThat(summing.stored(ANN, id)).as("all is there to be read").hasSize(10);
		summing.all.delete(ANN, id);
		await().until(() -> summing.items() == 1 + 10 + 1);
	}

	private static String summary(TestConversations sluice, String id) {
		Turn turn = sluice.begin(ANN, id);
		turn.release();
		return turn.summary();
	}

	private static Object lines(TestConversations sluice) {
		return ReflectionTestUtils.getField(sluice.turns, "lines");
	}

	private static int length(TestConversations sluice) {
		Map<?, ?> all = (Map<?, ?>) ReflectionTestUtils.getField(lines(sluice), "lines");
		return all.values().stream().mapToInt((line) -> (int) ReflectionTestUtils.getField(line, "length")).sum();
	}

	private static void assertBusy(String generation, ThrowingCallable call) {
		assertThatExceptionOfType(ConversationException.class).isThrownBy(call).satisfies((ex) -> {
			assertThat(ex.reason()).isEqualTo(Reason.BUSY);
			assertThat(ex.generationId()).isEqualTo(generation);
		});
	}

}
