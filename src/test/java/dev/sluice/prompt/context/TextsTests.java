package dev.sluice.prompt.context;

import java.util.ArrayList;
import java.util.List;

import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Role;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TextsTests {

	private final List<String> texts = new ArrayList<>();

	@Test
	void readsTheTextsOfAMessage() {
		long media = of(new ContentPart.Text("a"), new ContentPart.Reasoning("b", "c2lnbmF0dXJl"),
				new ContentPart.ToolUse("id", "c", "{}"), new ContentPart.Citation("{\"title\":\"never sent\"}"));

		assertThat(this.texts).containsExactly("a", "b", "c", "{}");
		assertThat(media).isZero();
	}

	@Test
	void knowsAboutWhatMediaCost() {
		assertThat(of(new ContentPart.Image("png", "A".repeat(4_000_000)))).isEqualTo(1_600);
		assertThat(of(new ContentPart.Document("md", "Notes", "A".repeat(4_000)))).isEqualTo(750);
		assertThat(of(new ContentPart.Document("pdf", "Scan", "A".repeat(4_000_000)))).isEqualTo(75_500);
		assertThat(of(new ContentPart.RedactedReasoning("A".repeat(400)))).isEqualTo(75);
		assertThat(this.texts).containsExactly("Notes", "Scan");
	}

	@Test
	void readsNoImageInAToolResult() {
		String image = "{\"image\":{\"format\":\"png\",\"source\":{\"bytes\" : \"" + "A".repeat(100_000) + "\"}}}";
		String json = "{\"toolUseId\":\"t\",\"content\":[" + image + ",{\"text\":\"two\"}," + image + "]}";

		long media = of(new ContentPart.Other("toolResult", json));

		assertThat(media).isEqualTo(3_200);
		assertThat(String.join("", this.texts)).contains("\"text\":\"two\"").doesNotContain("AAA").hasSizeLessThan(250);
	}

	@Test
	void readsBytesThatAreNone() {
		for (String json : List.of("{\"bytes\":7}", "{\"bytes\":", "{\"bytes\":\"never ends", "\"bytes\"",
				"{\"a\":\"bytes\"}", "", "{\"bytes\" \"x\"}")) {
			this.texts.clear();
			of(new ContentPart.Other("toolResult", json));

			assertThat(String.join("", this.texts)).as(json).hasSizeGreaterThanOrEqualTo(json.length() - 1);
		}
		assertThat(of(new ContentPart.Other("toolResult", "{\"bytes\":\"ab\"}"))).isEqualTo(2);
	}

	private long of(ContentPart... parts) {
		return Texts.of(new Message(Role.USER, List.of(parts)), this.texts::add);
	}

}
