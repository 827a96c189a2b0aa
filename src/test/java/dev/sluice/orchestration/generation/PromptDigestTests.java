package dev.sluice.orchestration.generation;

import java.util.List;
import java.util.Map;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PromptDigestTests {

	private static final ModelRequest REQUEST = new ModelRequest(
			"m", "Be kind.", List.of(
					new Message(Role.USER,
							List.of(new ContentPart.Text("h\u00e9 \ud83d\ude00"),
									new ContentPart.Image("png", "AAAA"))),
					new Message(Role.ASSISTANT, List.of(new ContentPart.Text("ho")))),
			Parameters.DEFAULTS, Map.of());

	@Test
	void writesAPromptAsOneText() {
		assertThat(PromptDigest.canonical(REQUEST))
			.isEqualTo("system: Be kind.\nuser: h\u00e9 \ud83d\ude00\nuser: AAAA\nassistant: ho\n");
	}

	@Test
	void theHashIsThatOfTheText() {
		assertThat(PromptDigest.sha256(REQUEST)).isEqualTo(PromptDigest.sha256(PromptDigest.canonical(REQUEST)))
			.hasSize(32);
	}

}
