package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.orchestration.conversation.ConversationException.Reason;
import dev.sluice.orchestration.node.TestNodes;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.Item;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.sluice.orchestration.conversation.TestConversations.ANN;
import static dev.sluice.orchestration.conversation.TestConversations.BOB;
import static dev.sluice.orchestration.conversation.TestConversations.answer;
import static dev.sluice.orchestration.conversation.TestConversations.generation;
import static dev.sluice.orchestration.conversation.TestConversations.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Conversations in a table. */
@Timeout(40)
class ConversationsTests {

	private final TestConversations sluice = TestConversations.create();

	private final Conversations conversations = this.sluice.all;

	@Test
	void keepsWhatWasSaidInOrder() {
		String id = this.conversations.create(ANN, null).id();

		Turn first = this.sluice.begin(ANN, id);
		assertThat(first.history()).isEmpty();
		first.add(List.of(Message.user("Hi")), answer("Hello"), "fast", false, 0);
		Turn second = this.sluice.begin(ANN, id);
		assertThat(texts(second.history())).containsExactly("user: Hi", "assistant: Hello");
		second.add(List.of(Message.user("And?")), answer("Nothing"), "smart", true, 0);

		List<StoredMessage> messages = this.conversations.messages(ANN, id, 10, 0).items();
		assertThat(messages).extracting(StoredMessage::sequence).containsExactly(1L, 2L, 3L, 4L);
		assertThat(messages).extracting(StoredMessage::model).containsExactly(null, "fast", null, "smart");
		assertThat(messages).extracting(StoredMessage::partial).containsExactly(false, false, false, true);
		assertThat(messages.get(0).generationId()).isEqualTo(messages.get(1).generationId())
			.isNotEqualTo(messages.get(2).generationId());
		Conversation found = this.conversations.find(ANN, id);
		assertThat(found.messages()).isEqualTo(4);
		assertThat(found.title()).isEqualTo("Hi");
		assertThat(found.runningGeneration()).isNull();
	}

	@Test
	void storesPartsOfAllKinds() {
		List<ContentPart> parts = List.of(new ContentPart.Text("a"), new ContentPart.Image("png", "AAAA"),
				new ContentPart.Document("pdf", "Doc", "AAAA"), new ContentPart.Reasoning("hm", "sig"),
				new ContentPart.Reasoning("hm", null), new ContentPart.RedactedReasoning("AAAA"),
				new ContentPart.ToolUse("t1", "search", "{\"q\":1}"), new ContentPart.Citation("{}"),
				new ContentPart.Other("video", "{\"format\":\"mp4\"}"));
		String id = this.conversations.create(ANN, null).id();

		this.sluice.begin(ANN, id)
			.add(List.of(new Message(Role.USER, parts)), new Message(Role.ASSISTANT, parts), "fast", false, 0);

		assertThat(this.conversations.messages(ANN, id, 10, 0).items())
			.allSatisfy((message) -> assertThat(message.message().content()).isEqualTo(parts));
	}

	@Test
	void mergesNeighboursAndBeginsWithTheUser() {
		String id = this.conversations.create(ANN, null).id();

		this.sluice.begin(ANN, id)
			.add(List.of(answer("Welcome"), Message.user("one"), Message.user("two"), answer("well"), answer("so"),
					Message.user("three"), answer("pre")), answer("done"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).containsExactly("user: one + two", "assistant: well + so",
				"user: three", "assistant: pre + done");
	}

	@Test
	void keepsNothingOfATurnThatWasReleased() {
		String id = this.conversations.create(ANN, null).id();

		Turn turn = this.sluice.begin(ANN, id);
		turn.release();
		turn.add(List.of(Message.user("Hi")), answer("Hello"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).isEmpty();
		assertThat(this.conversations.find(ANN, id).runningGeneration()).isNull();
	}

	@Test
	void refusesASecondTurnAtOnce() {
		String id = this.conversations.create(ANN, null).id();
		String running = generation();
		Turn first = this.sluice.begin(ANN, id, running);

		assertThat(this.conversations.find(ANN, id).runningGeneration()).isEqualTo(running);
		assertThatExceptionOfType(ConversationException.class).isThrownBy(() -> this.sluice.begin(ANN, id))
			.satisfies((ex) -> {
				assertThat(ex.reason()).isEqualTo(Reason.BUSY);
				assertThat(ex.generationId()).isEqualTo(running);
			});
		assertThatExceptionOfType(ConversationException.class).isThrownBy(() -> this.sluice.beside().begin(ANN, id))
			.satisfies((ex) -> assertThat(ex.generationId()).isEqualTo(running));
		first.release();
		this.sluice.beside().begin(ANN, id).release();
	}

	@Test
	void takesTheTurnOfADeadProcess() {
		TestConversations dead = this.sluice.beside();
		String id = this.conversations.create(ANN, null).id();
		Turn lost = dead.begin(ANN, id);
		TestNodes.kill(dead.nodes);

		Turn taken = this.sluice.begin(ANN, id);
		lost.add(List.of(Message.user("late".repeat(200_000))), answer("too late"), "fast", false, 0);
		lost.release();
		assertThat(this.conversations.find(ANN, id).runningGeneration()).isNotNull();
		taken.add(List.of(Message.user("Hi")), answer("Hello"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).containsExactly("user: Hi", "assistant: Hello");
		assertThat(this.sluice.items()).as("a head and two messages").isEqualTo(3);
	}

	@Test
	void anIdOfTheCallersOwnBeginsWithItsFirstTurn() {
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(ANN, "support-1"));

		this.sluice.say(ANN, "support-1", "Hi", "Hello");

		assertThat(this.conversations.find(ANN, "support-1").messages()).isEqualTo(2);
		assertRefused(Reason.NOT_FOUND, (all) -> all.begin(BOB, "support-1", generation(), TestConversations.PATIENCE));
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(BOB, "support-1"));
		Caller elsewhere = new Caller("other", "ann");
		this.sluice.say(elsewhere, "support-1", "Good day", "Indeed");
		assertThat(this.sluice.stored(elsewhere, "support-1")).hasSize(2).doesNotContain("user: Hi");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cnv_unknown", "a#b", "", "a/b" })
	void refusesWhatIsNotThere(String id) {
		assertRefused(Reason.NOT_FOUND, (all) -> all.begin(ANN, id, generation(), TestConversations.PATIENCE));
		if (!id.startsWith("cnv_")) {
			assertRefused(Reason.NOT_FOUND, (all) -> all.update(ANN, id, "x", null));
		}
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(ANN, id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.delete(ANN, id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.messages(ANN, id, 10, 0));
		assertRefused(Reason.NOT_FOUND, (all) -> all.fork(ANN, id, null, null));
	}

	@Test
	void whoItIsSharedWithMayReadAndForkIt() {
		String id = this.conversations.create(ANN, "Ours").id();
		this.sluice.say(ANN, id, "Hi", "Hello");
		assertRefused(Reason.NOT_FOUND, (all) -> all.messages(BOB, id, 10, 0));

		Conversation shared = this.conversations.update(ANN, id, null, List.of("bob", "eve"));

		assertThat(shared.sharedWith()).containsExactly("bob", "eve");
		assertThat(shared.title()).isEqualTo("Ours");
		assertThat(this.sluice.stored(BOB, id)).hasSize(2);
		assertRefused(Reason.FORBIDDEN, (all) -> all.begin(BOB, id, generation(), TestConversations.PATIENCE));
		assertRefused(Reason.FORBIDDEN, (all) -> all.update(BOB, id, "Mine", null));
		assertRefused(Reason.FORBIDDEN, (all) -> all.delete(BOB, id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(new Caller("other", "bob"), id));
		Conversation forked = this.conversations.fork(BOB, id, null, null);
		assertThat(forked.owner()).isEqualTo(BOB);
		assertThat(forked.sharedWith()).isEmpty();
		assertThat(this.conversations.list(BOB, 10, null).items()).extracting(Conversation::id)
			.containsExactly(forked.id());
		this.conversations.update(ANN, id, null, List.of());
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(BOB, id));
	}

	@Test
	void tenantsAndSubjectsThatReadAlikeAreApart() {
		Caller one = new Caller("a", "b#c");
		Caller other = new Caller("a#b", "c");
		this.sluice.say(one, "same", "Hi", "Hello");
		this.sluice.say(other, "same", "Good day", "Indeed");

		assertThat(this.conversations.list(one, 10, null).items()).hasSize(1);
		assertThat(this.conversations.list(other, 10, null).items()).extracting(Conversation::title)
			.containsExactly("Good day");
	}

	@Test
	void listsTheNewestFirstInPages() {
		List<String> ids = IntStream.range(0, 7)
			.mapToObj((i) -> this.conversations.create(ANN, "number " + i).id())
			.toList();
		this.sluice.say(ANN, ids.get(2), "Hi", "Hello");
		this.conversations.delete(ANN, ids.get(4));
		this.sluice.expire((item) -> item.text("pk").endsWith(ids.get(1)));

		List<String> listed = new ArrayList<>();
		List<Integer> sizes = new ArrayList<>();
		String after = null;
		do {
			ConversationPage<Conversation> page = this.conversations.list(ANN, 2, after);
			page.items().forEach((conversation) -> listed.add(conversation.id()));
			sizes.add(page.items().size());
			after = page.next();
		}
		while (after != null);

		assertThat(listed).startsWith(ids.get(2))
			.containsExactlyInAnyOrder(ids.get(0), ids.get(2), ids.get(3), ids.get(5), ids.get(6));
		assertThat(sizes).containsExactly(2, 2, 1);
		assertThat(this.conversations.list(ANN, 5, null).next()).isNull();
		assertThat(this.conversations.list(BOB, 10, null).items()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "!!", "MjAyNi0xMS0yMlQxMDowMDowMFojY252", "bm9uc2Vuc2U" })
	void refusesACursorThatItNeverGave(String after) {
		assertThatExceptionOfType(ConversationException.class).isThrownBy(() -> this.conversations.list(ANN, 2, after))
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo("after"));
	}

	@Test
	void pagesMessages() {
		String id = this.conversations.create(ANN, null).id();
		for (int i = 0; i < 4; i++) {
			this.sluice.say(ANN, id, "q" + i, "a" + i);
		}

		ConversationPage<StoredMessage> first = this.conversations.messages(ANN, id, 3, 0);
		ConversationPage<StoredMessage> rest = this.conversations.messages(ANN, id, 5, 3);

		assertThat(first.items()).extracting(StoredMessage::sequence).containsExactly(1L, 2L, 3L);
		assertThat(first.next()).isEqualTo("3");
		assertThat(rest.items()).extracting(StoredMessage::sequence).containsExactly(4L, 5L, 6L, 7L, 8L);
		assertThat(rest.next()).isNull();
		assertThat(this.conversations.messages(ANN, id, 5, 8).items()).isEmpty();
		assertThat(this.conversations.messages(ANN, id, 5, 1_000_000_000_000L).items()).isEmpty();
	}

	@Test
	void keepsLargeMessages() {
		String id = this.conversations.create(ANN, null).id();
		String text = "größer 🎈 ".repeat(100_000);

		this.sluice.say(ANN, id, text, "long");

		assertThat(this.sluice.stored(ANN, id)).containsExactly("user: " + text, "assistant: long");
		Conversation fork = this.conversations.fork(ANN, id, null, null);
		this.conversations.delete(ANN, id);
		await().until(() -> this.sluice.items() == 3 + 5);
		assertThat(this.sluice.stored(ANN, fork.id())).containsExactly("user: " + text, "assistant: long");
		assertThat(texts(this.sluice.begin(ANN, fork.id()).history())).containsExactly("user: " + text,
				"assistant: long");
	}

	@Test
	void takesManyMessagesAtOnce() {
		String id = this.conversations.create(ANN, null).id();
		List<Message> asked = IntStream.range(0, 251)
			.mapToObj((i) -> (i % 2 == 0) ? Message.user("q" + i) : answer("a" + i))
			.toList();

		this.sluice.begin(ANN, id).add(asked, answer("end"), "fast", false, 0);

		assertThat(this.sluice.stored(ANN, id)).hasSize(252).startsWith("user: q0").endsWith("assistant: end");
	}

	@Test
	void takesManyLargeMessagesAtOnce() {
		String id = this.conversations.create(ANN, null).id();
		List<Message> asked = IntStream.range(0, 31)
			.mapToObj((i) -> (i % 2 == 0) ? Message.user("q".repeat(300_000)) : answer("a".repeat(300_000)))
			.toList();

		this.sluice.begin(ANN, id).add(asked, answer("end"), "fast", false, 0);

		ConversationPage<StoredMessage> page = this.conversations.messages(ANN, id, 200, 0);
		assertThat(page.items()).as("what fits into a page").hasSizeBetween(20, 30);
		assertThat(this.sluice.stored(ANN, id)).hasSize(32);
		Turn next = this.sluice.begin(ANN, id);
		assertThat(next.omitted()).isEqualTo(32 - 27);
		assertThat(next.history()).hasSize(26).first().extracting(Message::role).isEqualTo(Role.USER);
	}

	@Test
	void readsTheNewestOfALongHistory() {
		TestConversations few = this.sluice.beside(
				new ConversationProperties(Duration.ofDays(1), ConversationProperties.ConcurrentTurns.REFUSE, 5, null));
		String id = this.conversations.create(ANN, null).id();
		for (int i = 0; i < 5; i++) {
			this.sluice.say(ANN, id, "q" + i, "a" + i);
		}

		Turn turn = few.begin(ANN, id);

		assertThat(turn.omitted()).isEqualTo(5);
		assertThat(texts(turn.history())).containsExactly("user: q3", "assistant: a3", "user: q4", "assistant: a4");
	}

	@Test
	void forksFromAMessage() {
		String id = this.conversations.create(ANN, "Trip").id();
		for (int i = 0; i < 3; i++) {
			this.sluice.say(ANN, id, "q" + i, "a" + i);
		}

		Conversation fork = this.conversations.fork(ANN, id, 5L, null);
		Conversation empty = this.conversations.fork(ANN, id, 0L, "Anew");

		assertThat(fork.id()).startsWith("cnv_").isNotEqualTo(id);
		assertThat(fork.title()).isEqualTo("Trip");
		assertThat(fork.messages()).isEqualTo(4);
		assertThat(fork.forkedFrom()).isEqualTo(new Conversation.Origin(id, 4));
		assertThat(this.conversations.find(ANN, fork.id())).isEqualTo(fork);
		this.sluice.say(ANN, fork.id(), "other", "way");
		assertThat(this.sluice.stored(ANN, fork.id())).containsExactly("user: q0", "assistant: a0", "user: q1",
				"assistant: a1", "user: other", "assistant: way");
		assertThat(this.sluice.stored(ANN, id)).hasSize(6);
		assertThat(empty.title()).isEqualTo("Anew");
		assertThat(empty.messages()).isZero();
		assertRefused(Reason.INVALID, (all) -> all.fork(ANN, id, 7L, null));
	}

	@Test
	void deletesAllOfIt() {
		String id = this.conversations.create(ANN, null).id();
		this.sluice.say(ANN, id, "q".repeat(1_000_000), "a");
		this.sluice.say(ANN, id, "q", "a");

		this.conversations.delete(ANN, id);

		assertRefused(Reason.NOT_FOUND, (all) -> all.find(ANN, id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.begin(ANN, id, generation(), TestConversations.PATIENCE));
		assertThat(this.conversations.list(ANN, 10, null).items()).isEmpty();
		await().until(() -> this.sluice.items() == 0);
	}

	@Test
	void aTurnAddsNothingToWhatWasDeleted() {
		this.sluice.say(ANN, "mine", "q", "a");
		Turn turn = this.sluice.begin(ANN, "mine");

		this.conversations.delete(ANN, "mine");
		this.sluice.say(ANN, "mine", "new", "start");
		turn.add(List.of(Message.user("late".repeat(200_000))), answer("too late"), "fast", false, 0);
		turn.release();

		assertThat(this.sluice.stored(ANN, "mine")).containsExactly("user: new", "assistant: start");
		await().until(() -> this.sluice.items() == 3 + 1);
		assertThat(this.sluice.scan()).as("the note to look once more")
			.anyMatch((item) -> Item.of(item).text("pk").equals("PURGE"));
	}

	@Test
	void anotherProcessRemovesWhatACrashLeftBehind() {
		String id = this.conversations.create(ANN, null).id();
		this.sluice.say(ANN, id, "q", "a");
		Head head = this.sluice.heads.find("acme", id);
		this.sluice.heads.delete(head, Instant.now());
		assertThat(this.sluice.items()).isEqualTo(3);

		this.sluice.beside().purge.sweep();

		await().until(() -> this.sluice.items() == 0);
	}

	@Test
	void doesNotReadWhatHasExpired() {
		String id = this.conversations.create(ANN, null).id();
		this.sluice.say(ANN, id, "old", "older");
		this.sluice.say(ANN, id, "new", "newer");
		this.sluice.expire((item) -> item.text("sk").matches("M#000000000[12]"));

		assertThat(this.sluice.stored(ANN, id)).containsExactly("user: new", "assistant: newer");
		Turn turn = this.sluice.begin(ANN, id);
		assertThat(texts(turn.history())).containsExactly("user: new", "assistant: newer");
		assertThat(turn.omitted()).isZero();
		turn.release();
		assertThat(this.conversations.fork(ANN, id, 2L, null).messages()).isZero();
		this.sluice.expire((item) -> item.text("pk").endsWith(id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(ANN, id));
		assertRefused(Reason.NOT_FOUND, (all) -> all.begin(ANN, id, generation(), TestConversations.PATIENCE));
		assertRefused(Reason.NOT_FOUND, (all) -> all.update(ANN, id, "x", null));
	}

	@Test
	void anOwnIdThatHasExpiredBeginsAnew() {
		this.sluice.say(ANN, "mine", "old", "older");
		this.sluice.expire((item) -> true);

		this.sluice.say(BOB, "mine", "new", "newer");

		assertThat(this.sluice.stored(BOB, "mine")).containsExactly("user: new", "assistant: newer");
		assertRefused(Reason.NOT_FOUND, (all) -> all.find(ANN, "mine"));
	}

	@Test
	void expiresWhenNobodyGoesOnWithIt() {
		String id = this.conversations.create(ANN, null).id();
		this.sluice.say(ANN, id, "q", "a");
		TestConversations forever = this.sluice.beside(
				new ConversationProperties(Duration.ZERO, ConversationProperties.ConcurrentTurns.REFUSE, 1000, null));

		long in90Days = System.currentTimeMillis() / 1000 + 90 * 86_400;
		assertThat(this.sluice.scan())
			.allSatisfy((item) -> assertThat(Item.of(item).number("ttl")).isBetween(in90Days - 60, in90Days + 60));

		forever.say(ANN, id, "q", "a");
		assertThat(this.sluice.scan().stream().filter((item) -> !item.containsKey("ttl"))).hasSize(3);
	}

	@Test
	void namesItAfterHowItBegan() {
		Map<String, String> titles = Map.of("  Where\nis \t it? ", "Where is it?", "x".repeat(100),
				"x".repeat(59) + "…", "Tell me all that you know of the history of the town of Hamelin",
				"Tell me all that you know of the history of the town of…", "<untrusted name=\"q\">Hi</untrusted>",
				"Hi", "🎈".repeat(61), "🎈".repeat(59) + "…");

		titles.forEach((text, title) -> {
			String id = this.conversations.create(ANN, null).id();
			this.sluice.say(ANN, id, text, "a");
			assertThat(this.conversations.find(ANN, id).title()).isEqualTo(title);
		});
	}

	private void assertRefused(Reason reason, Consumer<Conversations> call) {
		assertThatExceptionOfType(ConversationException.class).isThrownBy(() -> call.accept(this.conversations))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

}
