package dev.sluice.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.sluice.model.ModelEvent;
import dev.sluice.model.ModelEventSink;

/** Keeps the events of one answer, and what was flushed together. */
public class RecordingSink implements ModelEventSink {

	private final List<ModelEvent> events = new CopyOnWriteArrayList<>();

	private final List<Integer> flushes = new CopyOnWriteArrayList<>();

	private final CountDownLatch first = new CountDownLatch(1);

	private final Consumer<ModelEvent> then;

	public RecordingSink() {
		this((_) -> {
		});
	}

	/** A sink that does something with each event after it has kept it. */
	public RecordingSink(Consumer<ModelEvent> then) {
		this.then = then;
	}

	@Override
	public void accept(ModelEvent event) {
		this.events.add(event);
		this.first.countDown();
		this.then.accept(event);
	}

	@Override
	public void flush() {
		this.flushes.add(this.events.size());
	}

	public List<ModelEvent> events() {
		return List.copyOf(this.events);
	}

	/** How many events there were at each flush. */
	public List<Integer> flushes() {
		return List.copyOf(this.flushes);
	}

	public List<String> texts() {
		return this.events.stream()
			.filter(ModelEvent.Text.class::isInstance)
			.map((event) -> ((ModelEvent.Text) event).text())
			.toList();
	}

	public String text() {
		return texts().stream().collect(Collectors.joining());
	}

	public void awaitFirst() throws InterruptedException {
		if (!this.first.await(10, TimeUnit.SECONDS)) {
			throw new AssertionError("No event came");
		}
	}

}
