package dev.sluice.model.bedrock;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.sluice.model.ModelRequest;
import dev.sluice.model.message.CachePoints;
import dev.sluice.model.message.ContentPart;
import dev.sluice.model.message.Message;
import dev.sluice.model.message.Parameters;
import dev.sluice.model.message.ProviderGuardrail;
import dev.sluice.model.message.Role;
import org.jspecify.annotations.Nullable;

/** Requests that two transports must send alike. */
final class RequestCorpus {

	static final List<String> MODEL_IDS = List.of("anthropic.claude-sonnet-4-5-20250929-v1:0",
			"us.amazon.nova-2-lite-v1:0", "m",
			"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc.def-1:2",
			"arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:12", "openai.gpt-oss-120b-1:0", "a b",
			"ä/ö?x=1#y", "a%2Fb", "tilde~_.-", "plus+star*", "👩‍👩", "a&b=c;d,e@f!g$h'(i)", "[x]{y}|z\\", "..",
			"a//b");

	static final List<ProviderGuardrail> GUARDRAILS = List.of(new ProviderGuardrail("abc123", "DRAFT", false),
			new ProviderGuardrail("abc123", "12", true),
			new ProviderGuardrail("arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123", "1", false),
			new ProviderGuardrail("\"quoted\" ä", "", true));

	private static final Message HI = Message.user("hi");

	private RequestCorpus() {
	}

	static Map<String, ModelRequest> requests(int generated) {
		Map<String, ModelRequest> requests = new LinkedHashMap<>(chosen());
		for (int seed = 0; seed < generated; seed++) {
			requests.put("generated " + seed, generate(new Dice(seed)));
		}
		return requests;
	}

	private static Map<String, ModelRequest> chosen() {
		Map<String, ModelRequest> chosen = new LinkedHashMap<>();
		for (String modelId : MODEL_IDS) {
			chosen.put("model " + modelId, new ModelRequest(modelId, null, List.of(HI), Parameters.DEFAULTS, Map.of()));
		}
		chosen.put("empty system", of("", Parameters.DEFAULTS, HI));
		chosen.put("blank system", of(" ", Parameters.DEFAULTS, HI));
		chosen.put("no messages", of("s", Parameters.DEFAULTS));
		chosen.put("empty text", of(null, Parameters.DEFAULTS, Message.user("")));
		for (double number : List.of(0.0, 0.1, 0.2, 0.3, 0.7, 0.95, 0.001, 1.0)) {
			chosen.put("numbers " + number, of(null, new Parameters(1, number, number, List.of()), HI));
		}
		chosen.put("stop sequences", of(null, new Parameters(null, null, null, List.of("\n", "\"", "END")), HI));
		chosen.put("most tokens", of(null, new Parameters(Integer.MAX_VALUE, null, null, List.of()), HI));
		for (String input : List.of("{}", "[]", "7", "\"text\"", "null", "{\"a\":", "no json", "", " {\"a\" : 1 } ",
				"{} {}", "{\"a\":1.50,\"a\":2}", "01", "{\"n\":1e400}", "NaN")) {
			chosen.put("tool input " + input, of(null, Parameters.DEFAULTS, HI,
					message(Role.ASSISTANT, new ContentPart.ToolUse("tooluse_1", "get_weather", input))));
		}
		chosen.put("unsigned reasoning",
				of(null, Parameters.DEFAULTS, message(Role.ASSISTANT, new ContentPart.Reasoning("thought", null))));
		chosen.put("bare signature",
				of(null, Parameters.DEFAULTS, message(Role.ASSISTANT, new ContentPart.Reasoning("", "c2ln"))));
		chosen.put("citation", of(null, Parameters.DEFAULTS, HI, message(Role.ASSISTANT, new ContentPart.Text("said"),
				new ContentPart.Citation("{\"title\":\"t\",\"location\":{\"documentPage\":{\"documentIndex\":0}}}"))));
		chosen.put("lone citation", of(null, Parameters.DEFAULTS, HI,
				message(Role.ASSISTANT, new ContentPart.Citation("{\"title\":\"t\"}"))));
		for (ContentPart.Other other : List
			.of(new ContentPart.Other("cachePoint", "{\"type\":\"default\",\"ttl\":\"1h\"}"), new ContentPart.Other(
					"toolResult",
					"{\"toolUseId\":\"t\",\"status\":\"success\",\"content\":[{\"json\":{\"a\":[1,2.50,null]}},{\"text\":\"x\"}]}"),
					new ContentPart.Other("video",
							"{\"format\":\"mp4\",\"source\":{\"s3Location\":{\"uri\":\"s3://b/k\"}}}"),
					new ContentPart.Other("guardContent", "{\"text\":{\"text\":\"g\",\"qualifiers\":[\"query\"]}}"))) {
			chosen.put("other " + other.kind(), of(null, Parameters.DEFAULTS, message(Role.USER, other)));
		}
		Message answer = message(Role.ASSISTANT, new ContentPart.Text("hello"));
		chosen.put("cache points",
				cached("Be brief", new CachePoints(true, Set.of(0, 1)), HI, answer, Message.user("bye")));
		chosen.put("cache point after an empty system", cached("", new CachePoints(true, Set.of()), HI));
		chosen.put("cache point after no system", cached(null, new CachePoints(true, Set.of(0)), HI));
		chosen.put("cache point behind the messages", cached("s", new CachePoints(false, Set.of(7)), HI));
		chosen.put("cache point after a citation", cached("s", new CachePoints(false, Set.of(1)), HI,
				message(Role.ASSISTANT, new ContentPart.Text("said"), new ContentPart.Citation("{\"title\":\"t\"}"))));
		for (ProviderGuardrail guardrail : GUARDRAILS) {
			chosen.put(guardrail.toString(), new ModelRequest("m", "s", List.of(HI),
					new Parameters(5, null, null, List.of()), Map.of("team", "a"), CachePoints.NONE, guardrail));
		}
		chosen.put("lone surrogate", of(null, Parameters.DEFAULTS, Message.user("a\ud83dz")));
		chosen.put("long text", of(null, Parameters.DEFAULTS, Message.user("long ".repeat(200_000))));
		return chosen;
	}

	private static ModelRequest generate(Dice dice) {
		Map<String, String> metadata = new TreeMap<>();
		dice.list(0, 4, (i) -> metadata.put(dice.word() + i, dice.chance(0.2) ? "" : dice.word()));
		return new ModelRequest(dice.oneOf(MODEL_IDS), dice.chance(0.5) ? dice.text() : null, dice.list(1, 5,
				(i) -> new Message((i % 2 == 0) ? Role.USER : Role.ASSISTANT, dice.list(1, 4, (_) -> part(dice)))),
				parameters(dice), metadata, cachePoints(dice), dice.chance(0.5) ? dice.oneOf(GUARDRAILS) : null);
	}

	private static CachePoints cachePoints(Dice dice) {
		return new CachePoints(dice.chance(0.3), Set.copyOf(dice.list(0, 2, (_) -> dice.below(5))));
	}

	private static Parameters parameters(Dice dice) {
		return new Parameters(dice.chance(0.5) ? dice.between(1, 100_000) : null,
				dice.chance(0.5) ? dice.share() : null, dice.chance(0.5) ? dice.share() : null,
				dice.chance(0.5) ? dice.list(0, 4, (_) -> dice.text()) : List.of());
	}

	private static ContentPart part(Dice dice) {
		return switch (dice.below(8)) {
			case 0 -> new ContentPart.Image(dice.oneOf("png", "jpeg", "gif", "webp", "avif"), dice.base64());
			case 1 -> new ContentPart.Document(dice.oneOf("pdf", "md", "docx", "odt"), dice.word(), dice.base64());
			case 2 -> new ContentPart.Reasoning(dice.text(), dice.chance(0.7) ? dice.base64() : null);
			case 3 -> new ContentPart.RedactedReasoning(dice.base64());
			case 4 -> new ContentPart.ToolUse("tooluse_" + dice.word(), dice.word(), dice.object());
			default -> new ContentPart.Text(dice.text());
		};
	}

	private static ModelRequest of(@Nullable String system, Parameters parameters, Message... messages) {
		return new ModelRequest("m", system, List.of(messages), parameters, Map.of());
	}

	private static ModelRequest cached(@Nullable String system, CachePoints cachePoints, Message... messages) {
		return new ModelRequest("m", system, List.of(messages), Parameters.DEFAULTS, Map.of(), cachePoints, null);
	}

	private static Message message(Role role, ContentPart... parts) {
		return new Message(role, List.of(parts));
	}

}
