package dev.sluice.prompt.guardrail.local;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells by its wording how much a text tries to take over the model that reads it. It is
 * a sieve for what is tried every day, not a proof; who is clever enough gets around it.
 */
public final class PromptAttack {

	/** What is looked at of a text; more than that is not read as one instruction. */
	private static final int LONGEST = 200_000;

	private static final int IGNORE = 1;

	private static final int EARLIER = 1 << 1;

	private static final int RULES = 1 << 2;

	private static final int SHOW = 1 << 3;

	private static final int YOUR = 1 << 4;

	private static final int PROMPT = 1 << 5;

	private static final int SYSTEM = 1 << 6;

	private static final int FREE = 1 << 7;

	private static final int LIMITS = 1 << 8;

	private static final int PRETEND = 1 << 9;

	private static final int MODEL = 1 << 10;

	private static final int VERBATIM = 1 << 11;

	private static final int DECODE = 1 << 12;

	private static final int FOLLOW = 1 << 13;

	private static final int NOT = 1 << 14;

	private static final int NEW = 1 << 15;

	private static final int WITHOUT = 1 << 16;

	private static final int PERSONA = 1 << 17;

	private static final int MODE = 1 << 18;

	private static final int SAFETY = 1 << 19;

	private static final int DISABLE = 1 << 20;

	private static final int ABOVE = 1 << 21;

	private static final int TALK = 1 << 22;

	private static final int YOU = 1 << 23;

	private static final int SEND = 1 << 24;

	private static final int CONVERSATION = 1 << 25;

	private static final int ALL = 1 << 26;

	private static final int TEXT = 1 << 27;

	private static final int SECRET = 1 << 28;

	private static final int GUARD = 1 << 29;

	private static final int VOID = 1 << 30;

	private static final int TOPIC = 1 << 31;

	private static final Map<String, Integer> MEANINGS = new HashMap<>();

	static {
		mean(IGNORE,
				"ignore ignoring disregard disregarding aside forget overlook bypass override overrule neglect discard skip "
						+ "circumvent ignoriere ignorieren vergiss vergesse missachte überspringe ignorez oublie oubliez néglige "
						+ "ignora ignorar ignoren olvida olvide olvídate omite dimentica trascura esqueça esquece desconsidere negeer "
						+ "vergeet игнорируй игнорируйте проигнорируй забудь забудьте zignoruj ignoruj zapomnij ignorera glöm unut "
						+ "abaikan lupakan تجاهل انس");
		mean(EARLIER,
				"previous prior earlier preceding former foregoing above other initial original preexisting existing past "
						+ "vorherigen vorherige vorigen bisherigen obigen früheren vorangegangenen précédentes précédents précédente "
						+ "antérieures antérieurs ci-dessus anteriores anterior previas previos precedenti precedente vorige eerdere "
						+ "bovenstaande предыдущие предыдущих прежние poprzednie wcześniejsze tidigare önceki sebelumnya السابقة");
		mean(ALL,
				"all any every everything each these those alle alles toutes tous tout todas todos toda tutte tutti все всё "
						+ "wszystkie semua جميع كل");
		mean(RULES,
				"instruction instructions rules rule guidelines guideline directions directives directive orders commands "
						+ "programming constraints restrictions policies policy safeguards guardrails limitations protocols "
						+ "anweisungen anweisung instruktionen regeln vorgaben befehle consignes règles directives instrucciones reglas "
						+ "indicaciones órdenes istruzioni regole direttive instruções regras instructies regels opdrachten инструкции "
						+ "инструкций правила указания команды instrukcje polecenia zasady instruktioner talimatları talimatlari kuralları "
						+ "instruksi perintah التعليمات");
		mean(SHOW,
				"reveal show print output repeat display tell give leak share disclose expose dump write recite what copy "
						+ "paste return list state say type provide echo quote spell translate summarize summarise read zeige zeig "
						+ "verrate nenne wiederhole ausgeben montre révèle affiche répète donne muestra revela repite dime mostra rivela "
						+ "ripeti mostre revele repita toon herhaal покажи повтори выведи раскрой");
		mean(YOUR,
				"your yours deine deinen dein ihre tes ton vos votre tus tu sus su tuo tua tue seu seus sua suas jouw je твой "
						+ "твои ваш свои swoje senin");
		mean(YOU, "you u du tú vous");
		mean(PROMPT,
				"prompt prompts systemprompt preprompt configuration instructions instruction anweisungen instruktionen consignes "
						+ "instrucciones istruzioni instruções instructies инструкции промпт промт prompten metaprompt");
		mean(SYSTEM,
				"system hidden secret internal initial original developer confidential base full exact complete entire "
						+ "underlying système sistema versteckten systeem системный системные");
		mean(FREE, "unrestricted uncensored unfiltered unlimited unbound unchained lawless amoral unethical unhinged "
				+ "unmoderated jailbroken liberated");
		mean(LIMITS,
				"restrictions restriction limits limitations limitation filters filter censorship rules ethics ethical "
						+ "moral morals boundaries constraints guidelines safeguards guardrails restraints policy einschränkungen filtern "
						+ "beschränkungen restricciones límites filtros filtres limites restrizioni limiti restrições beperkingen "
						+ "ограничений ограничения цензуры moderation policies");
		mean(PRETEND,
				"pretend act imagine roleplay simulate impersonate behave become respond answer play speak tu-asi stell");
		mean(MODEL,
				"ai chatgpt gpt assistant model llm chatbot bot claude gemini llama language openai ki ia anthropic");
		mean(VERBATIM, "verbatim word-for-word exactly literally beginning starting everything wörtlich textualmente");
		mean(DECODE,
				"decode decoded decipher base64 rot13 hex hexadecimal reversed reverse backwards decrypt unscramble morse "
						+ "dekodiere");
		mean(FOLLOW, "follow following obeying execute obey run perform comply carry do adhere befolge führe");
		mean(NOT, "not dont never stop cease no nicht");
		mean(NEW, "new updated real actual true neue neuen nouvelles nuevas nuove novas nieuwe новые");
		mean(WITHOUT,
				"without no free beyond bypass bypassing remove removed lift lifted outside ohne sans sin senza sem zonder "
						+ "без zero");
		mean(PERSONA, "dan stan dude aim mongo");
		mean(MODE, "mode modus");
		mean(SAFETY,
				"safety moderation safeguards safeguard guardrails guardrail content ethical alignment security filter "
						+ "filters censorship");
		mean(DISABLE,
				"disable deactivate off drop abandon remove bypass circumvent ignore evade defeat suspend disabled suspended lifted "
						+ "evading bypassing");
		mean(ABOVE, "above previous preceding earlier before prior");
		mean(GUARD,
				"safety safeguard safeguards guardrail guardrails moderation ethical ethics moral morals censorship "
						+ "alignment");
		mean(SECRET, "system hidden secret confidential internal developer systemprompt");
		mean(VOID, "void cancelled canceled obsolete revoked superseded null nullified invalid");
		mean(TALK,
				"explain means mean meaning detect detection defend defence defense injection injections attack attacks research classify");
		mean(TOPIC, "article paper blog teach why");
		mean(SEND, "send post forward upload email exfiltrate transmit append leak");
		mean(CONVERSATION, "conversation history chat credentials secrets passwords data keys messages context");
		mean(TEXT, "text words sentence content message line lines phrase characters tokens");
	}

	private static final String[] ROLE = { "<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>",
			"[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<|endoftext|>", "<|end_of_turn|>", "<start_of_turn>",
			"<|eot_id|>", "<|start_header_id|>", "<system>", "</system>", "[system]", "### system", "### instruction",
			"##instruction", "<|begin_of_text|>", "begin system prompt", "system override", "[system message]",
			"(system message)", "<system_prompt>", "</system_prompt>" };

	private static final String[] CLOSING = { "</user_input>", "</userinput>", "</user>", "</context>", "</prompt>",
			"</instructions>", "</query>", "</question>", "</untrusted>", "</user_query>", "</documents>",
			"</conversation>", "</user_message>", "end of user input", "end of context", "end of document",
			"end of prompt", "end of input", "end user input", "end of instructions", "end of user message" };

	private static final String[] LINES = { "system:", "assistant:", "developer:", "system prompt:",
			"new instructions:", "new instruction:", "admin:", "root:" };

	private static final String[] STRONG = { "do anything now", "you are now dan", "act as dan",
			"developer mode enabled", "enable developer mode and", "chatgpt with developer mode",
			"you have been jailbroken", "jailbreak mode", "god mode", "sudo mode", "unrestricted mode",
			"you have no restrictions", "you have no rules", "no longer bound", "not bound by",
			"free of all restrictions", "break free from", "broken free", "stay in character as", "never refuse",
			"cannot refuse", "can not refuse", "without refusing", "never say no", "evil confidant",
			"always intelligent and machiavellian", "opposite mode", "anti-gpt", "immersive test", "you must comply",
			"you will comply with", "your real purpose", "your true self", "pretend that you have no",
			"without any warnings", "without warnings or disclaimers", "no warnings or disclaimers",
			"as an ai you are free", "the above was a test", "that was a test", "you are in debug mode",
			"debug mode on", "maintenance mode activated", "admin override", "i am your developer",
			"i am the developer", "i am your creator", "your only rule", "not limited by any", "not restricted by",
			"not constrained by", "answer only to me", "obey only me", "may not refuse", "must not refuse",
			"not refuse any", "before this was a joke", "before this was a test", "above was a joke",
			"before my first message", "top of this conversation", "never say that you cannot", "never say you cannot",
			"do not refuse", "no refusals", "be my late grandmother", "be my deceased grandmother",
			"are my late grandmother", "are my deceased grandmother", "as my deceased grandmother",
			"your context window", "i am openai", "keine einschränkungen mehr", "sin ninguna restricción",
			"ohne jegliche einschränkungen", "sans aucune restriction", "du bist jetzt dan", "eres ahora dan",
			"tu es maintenant dan", "mach alles jetzt" };

	private static final String[] CERTAIN = { "do anything now", "you are now dan", "act as dan",
			"chatgpt with developer mode", "you have been jailbroken", "unrestricted mode", "you have no restrictions",
			"free of all restrictions", "evil confidant", "always intelligent and machiavellian", "admin override",
			"keine einschränkungen mehr", "sin ninguna restricción", "ohne jegliche einschränkungen",
			"sans aucune restriction", "du bist jetzt dan", "eres ahora dan", "tu es maintenant dan",
			"your only rule is to obey", "developer mode you can", "as an ai without", "senza alcuna restrizione",
			"sem nenhuma restrição", "you are free from all", "freed from all restrictions" };

	/** Said to a model by a text that somebody else lets it read. */
	private static final String[] INDIRECT = { "ai reading this", "assistant reading this", "model reading this",
			"llm reading this", "message to the ai", "note to the ai", "note to ai", "attention ai", "ai assistant:",
			"language model:", "if you are an ai", "if you are a language model", "instructions for the ai",
			"instruction for the ai", "do not tell the user", "dont tell the user", "without telling the user",
			"do not inform the user", "hide this from the user", "more important than anything", "developer told you",
			"takes precedence over", "supersedes all", "supersede all", "ai agents:", "llms:" };

	private static final String[] WEAK = { "from now on you", "you are no longer", "you are now", "act as an ai",
			"hypothetically", "for educational purposes only", "jailbreak", "developer mode", "respond only with",
			"do not mention", "dont mention", "ab jetzt bist du", "a partir de ahora eres", "à partir de maintenant tu",
			"my late grandmother", "my dead grandmother", "opposite day", "two responses", "important:",
			"begin your answer with", "start your reply with", "start your response with", "new task", "your new role",
			"your only task", "your new task", "instead say", "instead output", "instead reply", "just say", "and say",
			"and output" };

	/**
	 * Pairs of words that occur near each other in languages that write without spaces.
	 */
	private static final String[][] UNSPACED = { { "忽略", "指令" }, { "忽略", "指示" }, { "忽略", "规则" }, { "忽略", "提示" },
			{ "无视", "指令" }, { "无视", "规则" }, { "忘记", "指令" }, { "忘记", "之前" }, { "無視", "指示" }, { "無視", "命令" },
			{ "無視", "ルール" }, { "忘れて", "指示" }, { "忽略", "說明" }, { "忽略", "規則" }, { "지시", "무시" }, { "명령", "무시" },
			{ "지침", "무시" }, { "显示", "系统提示" }, { "告诉", "系统提示" }, { "システムプロンプト", "表示" }, { "システムプロンプト", "教えて" },
			{ "输出", "系统提示" }, { "시스템 프롬프트", "알려" } };

	/** "All", "earlier" and "system prompt" in these languages. */
	private static final List<String> EARLIER_UNSPACED = List.of(plain("之前"), plain("以前"), plain("以上"), plain("所有"),
			plain("全部"), plain("すべて"), plain("全て"), plain("이전"), plain("모든"), plain("모두"), plain("系统提示"),
			plain("システムプロンプト"), plain("시스템 프롬프트"));

	static {
		for (String[] pair : UNSPACED) {
			pair[0] = plain(pair[0]);
			pair[1] = plain(pair[1]);
		}
	}

	private static final String[] FOLDED_ROLE = folded(ROLE);

	private static final String[] FOLDED_CLOSING = folded(CLOSING);

	private static final String[] FOLDED_LINES = folded(LINES);

	private static final String[] FOLDED_STRONG = folded(STRONG);

	private static final String[] FOLDED_CERTAIN = folded(CERTAIN);

	private static final String[] FOLDED_INDIRECT = folded(INDIRECT);

	private static final String[] FOLDED_WEAK = folded(WEAK);

	private PromptAttack() {
	}

	/**
	 * How much a text looks like an attack.
	 *
	 * @param value from 0 to 1; from about 0.5 on it is likely
	 * @param signals what speaks for it, as short names
	 */
	public record Score(double value, List<String> signals) {

		public Score {
			signals = List.copyOf(signals);
		}

	}

	public static Score score(CharSequence text) {
		return score(text, true);
	}

	private static Score score(CharSequence text, boolean decode) {
		CharSequence seen = (text.length() > LONGEST) ? text.subSequence(0, LONGEST) : text;
		Signals signals = new Signals();
		String folded = fold(seen, signals);
		Words words = new Words(folded);
		wording(words, signals);
		phrases(folded, signals);
		if (decode) {
			decoded(seen, words, signals);
		}
		return signals.score();
	}

	private static void mean(int meaning, String words) {
		for (String word : words.split(" ")) {
			MEANINGS.merge(plain(word), meaning, (one, other) -> one | other);
		}
	}

	private static String[] folded(String[] phrases) {
		String[] folded = new String[phrases.length];
		for (int index = 0; index < phrases.length; index++) {
			folded[index] = plain(phrases[index]);
		}
		return folded;
	}

	private static String plain(String text) {
		StringBuilder plain = new StringBuilder();
		text.codePoints().forEach((codePoint) -> plain.append(Skeleton.of(codePoint)));
		return plain.toString();
	}

	/** The text as it is read, and what was hidden in it made visible. */
	private static String fold(CharSequence text, Signals signals) {
		StringBuilder folded = new StringBuilder(text.length() + 16);
		int unseen = 0;
		int tags = 0;
		for (int index = 0; index < text.length();) {
			int codePoint = Character.codePointAt(text, index);
			index += Character.charCount(codePoint);
			if (codePoint >= 0xE0020 && codePoint <= 0xE007E) {
				folded.append(Character.toLowerCase((char) (codePoint - 0xE0000)));
				tags++;
				continue;
			}
			if (codePoint >= 0x200B && codePoint <= 0x200F || codePoint >= 0x2060 && codePoint <= 0x2064
					|| codePoint == 0xFEFF || codePoint == 0xAD || codePoint >= 0x202A && codePoint <= 0x202E) {
				unseen++;
				continue;
			}
			if (codePoint < 128) {
				char c = (char) codePoint;
				if (c != '\'' && c != '`') {
					folded.append((c >= 'A' && c <= 'Z') ? (char) (c + 32) : c);
				}
			}
			else {
				folded.append(Skeleton.of(codePoint));
			}
		}
		if (tags > 3) {
			signals.add("hidden-text", 0.6);
		}
		else if (unseen > 4) {
			signals.add("invisible-characters", 0.2);
		}
		return folded.toString();
	}

	private static void wording(Words words, Signals signals) {
		boolean talk = false;
		boolean topic = false;
		for (int at = 0; at < words.count; at++) {
			int meaning = words.meanings[at];
			talk |= (meaning & TALK) != 0;
			topic |= (meaning & TOPIC) != 0;
			if (meaning == 0) {
				continue;
			}
			int next = words.union(at + 1, at + 7);
			if ((meaning & IGNORE) != 0 && (next & RULES) != 0 && words.ordered(at, 7, EARLIER | YOUR | ALL, RULES)) {
				boolean earlier = (next & (EARLIER | YOUR | SYSTEM)) != 0;
				signals.add("override", earlier ? 0.7 : 0.4);
			}
			else if ((meaning & IGNORE) != 0 && (next & ALL) != 0 && words.told(at + 1)) {
				signals.add("override", 0.6);
			}
			else if ((meaning & IGNORE) != 0 && (next & EARLIER) != 0 && (next & PROMPT) != 0) {
				signals.add("override", 0.6);
			}
			else if ((meaning & IGNORE) != 0 && words.given(at + 1, at + 8)) {
				signals.add("override", 0.7);
			}
			else if ((meaning & IGNORE) != 0 && words.any(at + 1, at + 5, "developer", "developers", "creator",
					"creators", "openai", "anthropic", "makers")) {
				signals.add("override", 0.7);
			}
			else if ((meaning & IGNORE) != 0 && words.any(at + 1, at + 4, "above")
					&& words.any(at + 2, at + 9, "instead")) {
				signals.add("override", 0.72);
			}
			else if ((meaning & IGNORE) != 0 && words.any(at + 1, at + 5, "user", "users")
					&& words.any(at + 2, at + 7, "request", "question", "wanted", "wants", "asked", "task", "query")) {
				signals.add("override", 0.6);
			}
			if ((meaning & EARLIER) != 0 && (words.union(at + 1, at + 2) & (RULES | CONVERSATION)) != 0
					&& (words.union(at + 2, at + 5) & VOID) != 0) {
				signals.add("override", 0.65);
			}
			if ((meaning & NOT) != 0 && (words.union(at + 1, at + 3) & FOLLOW) != 0 && (next & RULES) != 0
					&& (next & (EARLIER | YOUR)) != 0) {
				signals.add("override", ((next & YOUR) != 0) ? 0.7 : 0.6);
			}
			if ((meaning & SHOW) != 0) {
				int wide = words.union(at + 1, at + 10);
				boolean system = words.pair(at + 1, at + 10, SYSTEM, PROMPT | TEXT);
				if (words.ordered(at, 9, YOUR, PROMPT) && (system || (wide & PROMPT) != 0)) {
					signals.add("prompt-extraction",
							system ? 0.75 : words.word(at, "what") || (wide & (VERBATIM | SYSTEM)) != 0 ? 0.55 : 0.5);
				}
				else if (system && !words.word(at, "write") && (wide & PROMPT) != 0 && words.the(at + 1, at + 5)) {
					boolean secret = words.pair(at + 1, at + 8, SECRET, PROMPT)
							&& words.any(at + 1, at + 5, "the", "your");
					signals.add("prompt-extraction", secret ? 0.7 : 0.5);
				}
				else if ((wide & ABOVE) != 0 && (wide & (VERBATIM | ALL)) != 0
						&& (wide & (TEXT | VERBATIM | PROMPT)) != 0
						&& (words.word(at, "repeat") || words.word(at, "print") || words.word(at, "output")
								|| words.word(at, "copy") || words.word(at, "return") || words.word(at, "echo")
								|| words.word(at, "recite"))) {
					signals.add("prompt-extraction", ((wide & VERBATIM) != 0) ? 0.7 : 0.5);
				}
				else if ((wide & VERBATIM) != 0 && words.pair(at + 1, at + 5, SECRET, TEXT)
						&& words.any(at + 1, at + 4, "the", "your")) {
					signals.add("prompt-extraction", 0.7);
				}
				else if (words.given(at + 2, at + 12) && ((wide & RULES) != 0 || (wide & SECRET) != 0)) {
					signals.add("prompt-extraction", 0.72);
				}
				else if ((wide & RULES) != 0 && words.ordered(at, 5, YOUR, RULES)) {
					signals.add("prompt-extraction", 0.35);
				}
			}
			if ((meaning & FREE) != 0 && (words.union(at - 6, at + 6) & (MODEL | MODE | PRETEND)) != 0) {
				boolean played = (words.union(at - 6, at) & (PRETEND | YOU)) != 0
						&& (words.union(at, at + 4) & MODEL) != 0;
				signals.add("jailbreak", (played && !words.word(at, "unlimited")) ? 0.72 : 0.5);
			}
			if ((meaning & PRETEND) != 0) {
				int ahead = words.union(at + 1, at + 14);
				if ((ahead & PERSONA) != 0 && (ahead & (MODEL | FREE | LIMITS)) != 0) {
					signals.add("jailbreak", 0.75);
				}
				else if (words.pair(at + 1, at + 16, WITHOUT, LIMITS) && (ahead & (MODEL | YOU | YOUR)) != 0
						|| words.pair(at + 1, at + 8, WITHOUT, LIMITS)) {
					signals.add("jailbreak", ((ahead & MODEL) != 0 || (ahead & (SAFETY | GUARD)) != 0) ? 0.75 : 0.6);
				}
			}
			if ((meaning & WITHOUT) != 0 && (words.union(at + 1, at + 5) & LIMITS) != 0
					&& (words.union(at - 9, at) & (MODEL | YOU | YOUR)) != 0) {
				signals.add("jailbreak", 0.4);
			}
			if ((meaning & DISABLE) != 0 && (next & SAFETY) != 0) {
				int around = words.union(at - 4, at + 7);
				if ((around & (YOUR | MODEL)) != 0) {
					signals.add("safety-off", words.pair(at + 1, at + 4, YOUR, SAFETY) ? 0.7 : 0.55);
				}
				else if ((next & GUARD) != 0 && (around & (YOU | ALL)) != 0
						&& (words.union(at - 2, at - 1) & NOT) == 0) {
					signals.add("safety-off", ((around & YOU) != 0) ? 0.55 : 0.4);
				}
			}
			else if ((meaning & IGNORE) != 0 && words.pair(at + 1, at + 4, YOUR, GUARD)) {
				signals.add("safety-off", 0.6);
			}
			else if ((meaning & GUARD) != 0 && (next & DISABLE) != 0 && (words.union(at - 3, at) & YOUR) != 0) {
				signals.add("safety-off", 0.6);
			}
			if ((meaning & NEW) != 0 && (words.union(at - 1, at - 1) & YOUR) != 0
					&& (words.union(at + 1, at + 1) & RULES) != 0) {
				signals.add("new-instructions", 0.7);
			}
			else if ((meaning & NEW) != 0 && (words.union(at + 1, at + 2) & RULES) != 0
					&& (words.union(at - 4, at + 6) & (YOUR | YOU | FOLLOW | MODEL | SHOW)) != 0) {
				signals.add("new-instructions", 0.35);
			}
			if ((meaning & DECODE) != 0 && (words.union(at - 8, at + 12) & FOLLOW) != 0
					&& (words.union(at - 8, at + 14) & (RULES | TEXT)) != 0) {
				signals.add("encoded", 0.5);
			}
			if ((meaning & SEND) != 0 && (next & CONVERSATION) != 0 && words.link(at, at + 12)) {
				signals.add("exfiltration", 0.5);
			}
		}
		if (talk) {
			signals.talk(0.65);
		}
		else if (topic) {
			signals.talk(0.8);
		}
	}

	private static void phrases(String text, Signals signals) {
		for (String mark : FOLDED_ROLE) {
			if (text.contains(mark)) {
				signals.add("role-marker",
						(mark.startsWith("<|") || mark.startsWith("<<") || mark.startsWith("[")) ? 0.7 : 0.5);
			}
		}
		for (String mark : FOLDED_CLOSING) {
			if (text.contains(mark)) {
				signals.add("closing-tag", 0.4);
			}
		}
		for (String mark : FOLDED_LINES) {
			for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
				int before = at - 1;
				while (before >= 0 && (text.charAt(before) == ' ' || text.charAt(before) == '#'
						|| text.charAt(before) == '*' || text.charAt(before) == '[')) {
					before--;
				}
				if (before < 0 || text.charAt(before) == '\n') {
					signals.add("role-marker", (before < 0) ? 0.3 : 0.5);
					break;
				}
			}
		}
		for (String phrase : FOLDED_STRONG) {
			if (text.contains(phrase)) {
				signals.add("jailbreak", 0.55);
			}
		}
		for (String phrase : FOLDED_CERTAIN) {
			if (text.contains(phrase)) {
				signals.add("jailbreak", 0.75);
			}
		}
		for (String phrase : FOLDED_INDIRECT) {
			if (text.contains(phrase)) {
				signals.add("hidden-orders", 0.55);
			}
		}
		int weak = 0;
		for (String phrase : FOLDED_WEAK) {
			if (text.contains(phrase) && weak++ < 3) {
				signals.addWeak(phrase, 0.15);
			}
		}
		for (String[] pair : UNSPACED) {
			int first = text.indexOf(pair[0]);
			int second = text.indexOf(pair[1]);
			if (first >= 0 && second >= 0 && Math.abs(first - second) < 24) {
				signals.add(
						pair[0].contains("示") || pair[0].contains("シ") || pair[0].contains("告") || pair[0].contains("输")
								? "prompt-extraction" : "override",
						(EARLIER_UNSPACED.stream().anyMatch(text::contains)) ? 0.72 : 0.6);
			}
		}
	}

	/** Base64 is looked into; whether it carries orders is then seen. */
	private static void decoded(CharSequence text, Words words, Signals signals) {
		int tried = 0;
		for (int index = 0; index < text.length() && tried < 8; index++) {
			int end = index;
			while (end < text.length() && Chars.base64(text.charAt(end))) {
				end++;
			}
			if (end - index >= 24) {
				tried++;
				int length = Math.min(end - index, 8192) / 4 * 4;
				try {
					byte[] bytes = Base64.getDecoder().decode(text.subSequence(index, index + length).toString());
					Score inner = score(new String(bytes, StandardCharsets.UTF_8), false);
					if (inner.value() >= 0.4) {
						signals.add("encoded", inner.value());
					}
				}
				catch (IllegalArgumentException ex) {
					// It only looked like base64.
				}
			}
			index = end;
		}
		if (words.contains("rot13")) {
			StringBuilder turned = new StringBuilder(text.length());
			for (int index = 0; index < text.length(); index++) {
				char c = text.charAt(index);
				char base = (c >= 'a' && c <= 'z') ? 'a' : 'A';
				turned.append(Chars.latin(c) ? (char) (base + (c - base + 13) % 26) : c);
			}
			Score inner = score(turned, false);
			if (inner.value() >= 0.4) {
				signals.add("encoded", inner.value());
			}
		}
	}

	/** The strongest of each kind; together they come closer and closer to certainty. */
	private static final class Signals {

		private final List<String> names = new ArrayList<>();

		private final List<Double> weights = new ArrayList<>();

		private double rest = 1;

		private double talk = 1;

		void add(String name, double weight) {
			int known = this.names.indexOf(name);
			if (known < 0) {
				this.names.add(name);
				this.weights.add(weight);
			}
			else {
				this.weights.set(known, Math.max(weight, this.weights.get(known)));
			}
		}

		/** Each of these counts, under one name. */
		void addWeak(String phrase, double weight) {
			if (!this.names.contains("wording")) {
				this.names.add("wording");
				this.weights.add(0.0);
			}
			this.rest *= 1 - weight;
		}

		/** The text speaks about attacks, which is not one yet. */
		void talk(double factor) {
			this.talk = factor;
		}

		Score score() {
			double none = this.rest;
			for (double weight : this.weights) {
				none *= 1 - weight;
			}
			double value = 1 - none;
			if (value < 0.8) {
				value *= this.talk;
			}
			return new Score(Math.round(value * 100) / 100.0, this.names);
		}

	}

	/**
	 * The words of a text with their meanings; letters that stand apart are put together.
	 */
	private static final class Words {

		private final String text;

		private int[] meanings = new int[64];

		private int[] starts = new int[64];

		private int[] ends = new int[64];

		private int count;

		Words(String text) {
			this.text = text;
			int index = 0;
			while (index < text.length()) {
				if (!part(text.charAt(index))) {
					index++;
					continue;
				}
				int start = index;
				while (index < text.length() && (part(text.charAt(index))
						|| text.charAt(index) == '-' && index + 1 < text.length() && part(text.charAt(index + 1)))) {
					index++;
				}
				if (index - start == 1) {
					int end = spread(start);
					if (end > start + 5) {
						StringBuilder together = new StringBuilder();
						for (int letter = start; letter < end; letter += 2) {
							together.append(text.charAt(letter));
						}
						add(together.toString(), start, end);
						index = end;
						continue;
					}
				}
				String word = text.substring(start, index);
				if (MEANINGS.get(word) == null && word.indexOf('-') > 0) {
					int from = start;
					for (String single : word.split("-")) {
						add(single, from, from + single.length());
						from += single.length() + 1;
					}
				}
				else {
					add(word, start, index);
				}
			}
		}

		private static boolean part(char c) {
			return Character.isLetterOrDigit(c) || c == '@' || c == '$';
		}

		/** The end of letters of which each is parted from the next by one character. */
		private int spread(int start) {
			int index = start;
			char separator = (start + 1 < this.text.length()) ? this.text.charAt(start + 1) : ' ';
			while (index + 2 < this.text.length() && this.text.charAt(index + 1) == separator && !part(separator)
					&& part(this.text.charAt(index + 2))
					&& (index + 3 >= this.text.length() || !part(this.text.charAt(index + 3)))) {
				index += 2;
			}
			return index + 1;
		}

		private void add(String word, int start, int end) {
			if (this.count == this.meanings.length) {
				this.meanings = Arrays.copyOf(this.meanings, this.count * 2);
				this.starts = Arrays.copyOf(this.starts, this.count * 2);
				this.ends = Arrays.copyOf(this.ends, this.count * 2);
			}
			Integer meaning = MEANINGS.get(word);
			if (meaning == null && word.length() > 2 && !word.chars().allMatch(Character::isLetter)) {
				StringBuilder folded = new StringBuilder();
				word.chars()
					.forEach((c) -> folded
						.append((c == '1' || c == '!') ? 'i' : (c == 'l') ? 'l' : Skeleton.fold((char) c)));
				meaning = MEANINGS.get(folded.toString());
			}
			this.meanings[this.count] = (meaning != null) ? meaning : 0;
			this.starts[this.count] = start;
			this.ends[this.count++] = end;
		}

		int union(int from, int to) {
			int union = 0;
			for (int index = Math.max(from, 0); index <= to && index < this.count; index++) {
				union |= this.meanings[index];
			}
			return union;
		}

		/** Whether one of the first is followed by one of the second soon after. */
		boolean ordered(int at, int distance, int first, int second) {
			boolean seen = false;
			for (int index = at + 1; index <= at + distance && index < this.count; index++) {
				if (seen && (this.meanings[index] & second) != 0) {
					return true;
				}
				seen |= (this.meanings[index] & first) != 0;
				if (!seen && (this.meanings[index] & second) != 0 && index + 1 < this.count
						&& (this.meanings[index + 1] & (first & (EARLIER | ABOVE))) != 0) {
					return true;
				}
			}
			return false;
		}

		/**
		 * Whether one of the first stands right before one of the second, or one word
		 * away.
		 */
		boolean pair(int from, int to, int first, int second) {
			for (int index = from; index < to && index + 1 < this.count; index++) {
				if ((this.meanings[index] & first) != 0 && ((this.meanings[index + 1] & second) != 0
						|| index + 2 < this.count && (this.meanings[index + 2] & second) != 0)) {
					return true;
				}
			}
			return false;
		}

		boolean word(int at, String word) {
			return at >= 0 && at < this.count && this.ends[at] - this.starts[at] == word.length()
					&& this.text.startsWith(word, this.starts[at]);
		}

		boolean the(int from, int to) {
			for (int index = from; index < to && index < this.count; index++) {
				if (word(index, "the") || (this.meanings[index] & (YOUR | SYSTEM)) != 0 && !word(index, "full")) {
					return true;
				}
			}
			return false;
		}

		boolean any(int from, int to, String... wanted) {
			for (int index = Math.max(from, 0); index <= to && index < this.count; index++) {
				for (String word : wanted) {
					if (word(index, word)) {
						return true;
					}
				}
			}
			return false;
		}

		/** Whether something follows that the model was given or told. */
		boolean given(int from, int to) {
			for (int index = from; index < to; index++) {
				boolean orders = (union(index - 1, index - 1) & (RULES | PROMPT | TEXT)) != 0
						|| word(index - 1, "that") && (union(index - 2, index - 2) & (RULES | PROMPT | TEXT)) != 0;
				if (orders && word(index, "you")
						&& any(index + 1, index + 3, "given", "told", "instructed", "received", "configured", "got")) {
					return true;
				}
			}
			return false;
		}

		/** Everything that someone said or told before. */
		boolean told(int from) {
			for (int index = from; index < from + 10 && index < this.count; index++) {
				if (word(index, "told") || word(index, "said") || word(index, "above") || word(index, "instructed")
						|| word(index, "before") || word(index, "learned")) {
					return true;
				}
			}
			return false;
		}

		boolean link(int from, int to) {
			for (int index = from; index < to && index < this.count; index++) {
				if (word(index, "http") || word(index, "https") || word(index, "webhook") || word(index, "url")
						|| word(index, "attacker") || this.text.startsWith("@", this.starts[index])
						|| this.text.substring(this.starts[index], this.ends[index]).indexOf('@') > 0) {
					return true;
				}
			}
			return false;
		}

		boolean contains(String word) {
			for (int index = 0; index < this.count; index++) {
				if (word(index, word)) {
					return true;
				}
			}
			return false;
		}

	}

}
