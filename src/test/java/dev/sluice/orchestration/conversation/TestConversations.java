package dev.sluice.orchestration.conversation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import dev.sluice.orchestration.node.Nodes;
import dev.sluice.orchestration.node.TestNodes;
import dev.sluice.prompt.terms.Caller;
import dev.sluice.store.DynamoStore;
import dev.sluice.store.Item;
import dev.sluice.store.TestStore;
import dev.sluice.testing.LocalDynamo;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** A process of its own with conversations in the DynamoDB Local of this process. */
final class TestConversations {

	static final Caller ANN = new Caller("acme", "ann");

	static final Caller BOB = new Caller("acme", "bob");

	static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final AtomicInteger generations = new AtomicInteger();

	final DynamoStore store;

	final Nodes nodes;

	final ConversationStore heads;

	final MessageStore messages;

	final Purge purge;

	final Turns turns;

	final MeterRegistry meters = new SimpleMeterRegistry();

	final Conversations all;

	private TestConversations(DynamoStore store, ConversationProperties properties) {
		this(store, properties, (_, _, _, _) -> null);
	}

	private TestConversations(DynamoStore store, ConversationProperties properties, Summarizer summarizer) {
		this.store = store;
		this.nodes = TestNodes.create(store);
		this.heads = new ConversationStore(store, properties);
		this.messages = new MessageStore(store, properties);
		this.purge = new Purge(this.heads, this.messages);
		this.turns = new Turns(this.heads, this.messages, new Summaries(this.heads, this.messages, properties,
				new StaticListableBeanFactory(Map.of("summarizer", summarizer)).getBeanProvider(Summarizer.class)),
				this.nodes, properties, this.meters);
		this.all = new Conversations(this.heads, this.messages, this.turns, this.purge);
	}

	static TestConversations create() {
		return new TestConversations(TestStore.create(), properties(ConversationProperties.ConcurrentTurns.REFUSE));
	}

	static TestConversations create(DynamoDbClient client) {
		return create(client, properties(ConversationProperties.ConcurrentTurns.REFUSE));
	}

	static TestConversations create(DynamoDbClient client, ConversationProperties properties) {
		return new TestConversations(TestStore.create(client, new SimpleMeterRegistry()), properties);
	}

	static TestConversations create(ConversationProperties properties) {
		return create(LocalDynamo.client(), properties);
	}

	static TestConversations create(ConversationProperties properties, Summarizer summarizer) {
		return new TestConversations(TestStore.create(), properties, summarizer);
	}

	/** Another process at the same tables. */
	TestConversations beside() {
		return beside(properties(ConversationProperties.ConcurrentTurns.REFUSE));
	}

	TestConversations beside(ConversationProperties properties) {
		return new TestConversations(this.store, properties);
	}

	static ConversationProperties properties(ConversationProperties.ConcurrentTurns concurrent) {
		return new ConversationProperties(Duration.ofDays(90), concurrent, 1000, null);
	}

	Turn begin(Caller caller, String id) {
		return begin(caller, id, generation());
	}

	Turn begin(Caller caller, String id, String generationId) {
		return this.all.begin(caller, id, generationId, PATIENCE);
	}

	static String generation() {
		return "gen_%026d".formatted(generations.incrementAndGet());
	}

	/** A whole turn. */
	void say(Caller caller, String id, String question, String answer) {
		begin(caller, id).add(List.of(Message.user(question)), answer(answer), "fast", false, 0);
	}

	static Message answer(String text) {
		return new Message(Role.ASSISTANT, List.of(new ContentPart.Text(text)));
	}

	/** What the messages say, such as {@code user: hi}. */
	static List<String> texts(List<Message> messages) {
		return messages.stream().map(TestConversations::text).toList();
	}

	List<String> stored(Caller caller, String id) {
		List<String> texts = new ArrayList<>();
		String after = "0";
		while (after != null) {
			ConversationPage<StoredMessage> page = this.all.messages(caller, id, 200, Long.parseLong(after));
			page.items().forEach((message) -> texts.add(text(message.message())));
			after = page.next();
		}
		return texts;
	}

	private static String text(Message message) {
		List<String> texts = message.content().stream().map((part) -> switch (part) {
			case ContentPart.Text(String text) -> text;
			case ContentPart.ToolUse(String id, var _, var _) -> "call " + id;
			case ContentPart.Other(String kind, var _) -> kind;
			default -> part.getClass().getSimpleName();
		}).toList();
		return message.role().name().toLowerCase(Locale.ROOT) + ": " + String.join(" + ", texts);
	}

	/** How many items the whole table has. */
	int items() {
		return scan().size();
	}

	List<Map<String, AttributeValue>> scan() {
		return this.store.call((client) -> client.scanPaginator((scan) -> scan.tableName(table()).consistentRead(true))
			.items()
			.stream()
			.toList());
	}

	/** Makes everything that matches expire an hour ago. */
	void expire(Predicate<Item> which) {
		scan().stream().filter((item) -> which.test(Item.of(item))).forEach((item) -> {
			Map<String, AttributeValue> expired = new HashMap<>(item);
			expired.put("ttl", AttributeValue.fromN(Long.toString(System.currentTimeMillis() / 1000 - 3600)));
			this.store.call((client) -> client.putItem((put) -> put.tableName(table()).item(expired)));
		});
	}

	String table() {
		return this.store.table(ConversationStore.TABLE);
	}

}
