package dev.sluice.prompt.guardrail.local;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is left of a character when its dress is taken off: case, accents, width,
 * ornaments and the alphabet it was borrowed from.
 */
final class Skeleton {

	private static final String NOTHING = "";

	/** Letters that look like a Latin one, each followed by it. */
	private static final String TWINS = "аaвbеeкkмmнhоoрpсcтtуyхxѕsіiјjԁdԛqԝwѵvһhӏlьbαaβbεeιiκkνvοoρpτtυuχxηnωwγyςsϲcϳj"
			+ "ıiȷjɑaɡgøođdħhłlŧtƀbɓbɗdɖdɛeɨiɩiʟlɱmɲnɴnᴏoᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkᴍmᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzօoսuոnհhցgʋvƙkʈtʂsʐz";

	private static final Map<Character, Character> TWIN = new HashMap<>();

	static {
		for (int index = 0; index < TWINS.length(); index += 2) {
			TWIN.put(TWINS.charAt(index), TWINS.charAt(index + 1));
		}
	}

	/** By code point, a page of 256 at a time; written by whoever comes first. */
	private static final @Nullable String[][] PAGES = new @Nullable String[256][];

	private Skeleton() {
	}

	/**
	 * Small letters, digits and whatever else it is made of; empty for what is not seen.
	 */
	static String of(int codePoint) {
		if (codePoint > 0xFFFF) {
			return compute(codePoint);
		}
		@Nullable String[] page = PAGES[codePoint >> 8];
		if (page == null) {
			page = new String[256];
			PAGES[codePoint >> 8] = page;
		}
		String skeleton = page[codePoint & 0xFF];
		if (skeleton == null) {
			skeleton = compute(codePoint);
			page[codePoint & 0xFF] = skeleton;
		}
		return skeleton;
	}

	private static String compute(int codePoint) {
		if (codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF) {
			return letter(codePoint - 0x1F1E6);
		}
		for (int circled : new int[] { 0x1F130, 0x1F150, 0x1F170 }) {
			if (codePoint >= circled && codePoint < circled + 26) {
				return letter(codePoint - circled);
			}
		}
		if (codePoint >= 0xD800 && codePoint <= 0xDFFF) {
			return " ";
		}
		if (unseen(codePoint)) {
			return NOTHING;
		}
		String apart = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD);
		StringBuilder skeleton = new StringBuilder();
		for (char c : apart.toLowerCase(Locale.ROOT)
			.replace("ß", "ss")
			.replace("æ", "ae")
			.replace("œ", "oe")
			.toCharArray()) {
			int type = Character.getType(c);
			if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
				continue;
			}
			Character twin = TWIN.get(c);
			int digit = Character.digit(c, 10);
			skeleton.append((twin != null) ? twin : (digit >= 0) ? (char) ('0' + digit) : c);
		}
		return skeleton.toString();
	}

	private static String letter(int place) {
		return String.valueOf((char) ('a' + place));
	}

	/** What a reader does not see: it never parts a word. */
	private static boolean unseen(int codePoint) {
		int type = Character.getType(codePoint);
		return type == Character.FORMAT || type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
				|| codePoint == 0x115F || codePoint == 0x1160 || codePoint == 0x3164 || codePoint == 0xFFA0
				|| codePoint == '\'' || codePoint == '’' || codePoint == '‘' || codePoint == 'ʼ' || codePoint == '´'
				|| codePoint == '`' || codePoint == 0x2800;
	}

	/** The letter that a digit or a sign stands for, so that both readings of 1 meet. */
	static char fold(char c) {
		return switch (c) {
			case '0' -> 'o';
			case '1', '!', '|', 'l' -> 'i';
			case '3', '€' -> 'e';
			case '4', '@' -> 'a';
			case '5', '$' -> 's';
			case '7' -> 't';
			case '8' -> 'b';
			case '9' -> 'g';
			default -> c;
		};
	}

	/** Signs that stand for letters, within words only. */
	static boolean sign(char c) {
		return c == '@' || c == '$' || c == '!' || c == '|' || c == '€';
	}

	static boolean word(char c) {
		return c < 128 ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9' : Character.isLetterOrDigit(c);
	}

	/** Whether words of its script stand apart from each other. */
	static boolean apart(char c) {
		if (c < 128) {
			return true;
		}
		return switch (Character.UnicodeScript.of(c)) {
			case HAN, HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> false;
			default -> true;
		};
	}

}
