package dev.sluice.orchestration.node;

import dev.sluice.store.DynamoStore;

/** Processes for tests. */
public final class TestNodes {

	private TestNodes() {
	}

	/** A process that has said that it is alive. */
	public static Nodes create(DynamoStore store) {
		Nodes nodes = new Nodes(store);
		nodes.beat();
		return nodes;
	}

	/** What is left of a process that is dead. */
	public static void kill(Nodes nodes) {
		nodes.destroy();
	}

}
