package dev.sluice.orchestration.generation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.Role;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PromptDigestTests {

	private static final ModelRequest REQUEST = new ModelRequest(
			"m", "Be kind \ud83d", List.of(
					new Message(Role.USER,
							List.of(new ContentPart.Text("\ude00 Grüß Gott 😀"),
									new ContentPart.Document("txt", "notes", "SGk="))),
					new Message(Role.ASSISTANT,
							List.of(new ContentPart.ToolUse("t1", "weather", "{}"),
									new ContentPart.Reasoning("Let me see", null))),
					Message.user("")),
			Parameters.DEFAULTS, Map.of(), CachePoints.NONE, null);

	@Test
	void tellsWhoSaidWhat() {
		assertThat(PromptDigest.canonical(REQUEST)).isEqualTo("""
				system: Be kind \ud83d
				user: \ude00 Grüß Gott 😀
				user: SGk=
				assistant: {}
				assistant: Let me see
				user:\s
				""");
	}

	@Test
	void hashesAPromptAsTheTextThatItIs() throws Exception {
		byte[] text = PromptDigest.canonical(REQUEST).getBytes(StandardCharsets.UTF_8);

		assertThat(PromptDigest.sha256(REQUEST)).isEqualTo(MessageDigest.getInstance("SHA-256").digest(text));
	}

}
