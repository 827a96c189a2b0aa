package dev.sluice.model.bedrock;

import dev.sluice.model.ModelClient;
import org.junit.jupiter.api.AfterEach;

class WireBedrockClientTests extends FakeBedrockContract {

	private final WireBedrockClient client = new WireBedrockClient(properties(), endpoint(this.fake));

	@AfterEach
	void close() throws Exception {
		this.client.close();
		this.fake.close();
	}

	@Override
	protected ModelClient client() {
		return this.client;
	}

}
