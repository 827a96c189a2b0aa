package dev.sluice.prompt.template;

import dev.sluice.store.DynamoStore;
import dev.sluice.store.TestStore;

/** In the DynamoDB Local of this process. */
class TemplatesTests extends TemplatesContract {

	@Override
	protected DynamoStore createStore() {
		return TestStore.create();
	}

}
