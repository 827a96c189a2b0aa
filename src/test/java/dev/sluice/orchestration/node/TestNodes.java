package dev.sluice.orchestration.node;

import dev.sluice.store.DynamoStore;

/** Nodes for tests, which are silent unless they are told to announce themselves. */
public final class TestNodes {

	private TestNodes() {
	}

	public static Nodes create(DynamoStore store) {
		return new Nodes(store);
	}

	/** Ends a process: what it held may be taken over. */
	public static void kill(Nodes nodes) {
		nodes.destroy();
	}

}
