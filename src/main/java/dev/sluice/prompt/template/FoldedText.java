package dev.sluice.prompt.template;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A text as a lenient reader takes it in: in small letters, without what is invisible,
 * look-alikes of ASCII as what they look like, and the escapes of HTML, JSON and URLs as
 * what they stand for. Each of its characters knows the part of the text that it was.
 */
final class FoldedText {

	/** What looks like nothing else. */
	private static final char OTHER = '\uFFFD';

	private static final Reference[] REFERENCES = Reference.values();

	private static final Map<Integer, Character> LOOKALIKES = lookalikes();

	/** What the more common characters are folded to, as far as it was asked for. */
	private static final @Nullable String[] FOLDED = new String[0x3100];

	private final String text;

	private char[] folded;

	private int[] starts;

	private int length;

	FoldedText(String text) {
		this.text = text;
		this.folded = new char[text.length() + 16];
		this.starts = new int[text.length() + 17];
		int position = 0;
		while (position < text.length()) {
			position = fold(position);
		}
		this.starts[this.length] = text.length();
	}

	int length() {
		return this.length;
	}

	/** The character at an index, a line feed for any end of a line, 0 behind the end. */
	char at(int index) {
		return (index < this.length) ? this.folded[index] : 0;
	}

	/** Where in the text the character at an index begins. */
	int start(int index) {
		return this.starts[index];
	}

	/**
	 * Where in the text the character at an index ends, with what is invisible behind it.
	 */
	int end(int index) {
		int next = index + 1;
		while (next < this.length && this.starts[next] == this.starts[index]) {
			next++;
		}
		return this.starts[next];
	}

	private int fold(int position) {
		char c = this.text.charAt(position);
		if (c < 0x80) {
			return foldAscii(c, position);
		}
		int codePoint = this.text.codePointAt(position);
		fold(codePoint, position);
		return position + Character.charCount(codePoint);
	}

	private int foldAscii(char c, int position) {
		return switch (c) {
			case '&' -> foldReference(position);
			case '\\' -> foldBackslash(position);
			case '%' -> foldPercent(position);
			default -> {
				fold(c, position);
				yield position + 1;
			}
		};
	}

	/** {@code &lt;}, {@code &#60;}, {@code &#x3c;}, escaped again or not. */
	private int foldReference(int position) {
		int from = position + 1;
		while (this.text.startsWith("amp;", from)) {
			from += 4;
		}
		if (from < this.text.length() && this.text.charAt(from) == '#') {
			boolean hex = from + 1 < this.text.length() && (this.text.charAt(from + 1) | 0x20) == 'x';
			int radix = hex ? 16 : 10;
			int at = hex ? from + 2 : from + 1;
			int codePoint = 0;
			int digits = 0;
			while (at < this.text.length() && digits < 10 && Character.digit(this.text.charAt(at), radix) >= 0) {
				codePoint = Math.min(codePoint * radix + Character.digit(this.text.charAt(at), radix),
						Character.MAX_CODE_POINT + 1);
				digits++;
				at++;
			}
			if (digits > 0 && codePoint <= Character.MAX_CODE_POINT) {
				fold(codePoint, position);
				return (at < this.text.length() && this.text.charAt(at) == ';') ? at + 1 : at;
			}
		}
		for (Reference reference : REFERENCES) {
			if (this.text.regionMatches(true, from, reference.name(), 0, reference.name().length())) {
				fold(reference.meaning, position);
				int end = from + reference.name().length();
				return (end < this.text.length() && this.text.charAt(end) == ';') ? end + 1 : end;
			}
		}
		add('&', position);
		return position + 1;
	}

	private enum Reference {

		LT('<'), GT('>'), SOL('/'), VERT('|'), COLON(':'), LSQB('['), RSQB(']'), BSOL('\\'), NBSP(' '), TAB(' '),
		NEWLINE('\n');

		private final char meaning;

		Reference(char meaning) {
			this.meaning = meaning;
		}

	}

	private int foldBackslash(int position) {
		char next = (position + 1 < this.text.length()) ? this.text.charAt(position + 1) : 0;
		return switch (next) {
			case 'u' ->
				this.text.startsWith("{", position + 2) ? foldBraced(position) : foldHex(position, position + 2, 4);
			case 'x' -> foldHex(position, position + 2, 2);
			case 'n', 'r' -> {
				add('\n', position);
				yield position + 2;
			}
			case '/' -> {
				add('/', position);
				yield position + 2;
			}
			default -> {
				add('\\', position);
				yield position + 1;
			}
		};
	}

	/** {@code %3c}, escaped again or not. */
	private int foldPercent(int position) {
		int from = position + 1;
		while (this.text.startsWith("25", from)) {
			from += 2;
		}
		return foldHex(position, from, 2);
	}

	/** {@code \\u{3c}}, or but the backslash. */
	private int foldBraced(int position) {
		int at = position + 3;
		int codePoint = 0;
		while (at < this.text.length() && at < position + 9 && Character.digit(this.text.charAt(at), 16) >= 0) {
			codePoint = codePoint * 16 + Character.digit(this.text.charAt(at), 16);
			at++;
		}
		if (at == position + 3 || at == this.text.length() || this.text.charAt(at) != '}'
				|| codePoint > Character.MAX_CODE_POINT) {
			add('\\', position);
			return position + 1;
		}
		fold(codePoint, position);
		return at + 1;
	}

	/** An escape of so many hexadecimal digits, or but its first character. */
	private int foldHex(int position, int from, int digits) {
		int value = 0;
		for (int i = from; i < from + digits; i++) {
			int digit = (i < this.text.length()) ? Character.digit(this.text.charAt(i), 16) : -1;
			if (digit < 0) {
				add(this.text.charAt(position), position);
				return position + 1;
			}
			value = value * 16 + digit;
		}
		fold(value, position);
		return from + digits;
	}

	private void fold(int codePoint, int position) {
		if (codePoint < 0x80) {
			add(ascii((char) codePoint), position);
			return;
		}
		if (isUnified(codePoint)) {
			add(OTHER, position);
			return;
		}
		String plain = foldedOf(codePoint);
		for (int i = 0; i < plain.length(); i++) {
			add(plain.charAt(i), position);
		}
	}

	private static String foldedOf(int codePoint) {
		if (codePoint >= FOLDED.length) {
			return findFolded(codePoint);
		}
		String known = FOLDED[codePoint];
		if (known == null) {
			known = findFolded(codePoint);
			FOLDED[codePoint] = known;
		}
		return known;
	}

	private static String findFolded(int codePoint) {
		Character lookalike = LOOKALIKES.get(codePoint);
		if (lookalike != null) {
			return (lookalike != 0) ? lookalike.toString() : "";
		}
		return switch (Character.getType(codePoint)) {
			case Character.FORMAT, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.CONTROL,
					Character.COMBINING_SPACING_MARK, Character.UNASSIGNED, Character.PRIVATE_USE,
					Character.SURROGATE ->
				(codePoint == 0x85) ? "\n" : "";
			case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> "\n";
			case Character.SPACE_SEPARATOR -> " ";
			default -> decomposed(codePoint);
		};
	}

	/** Fullwidth, circled, mathematical letters, ligatures and the like. */
	private static String decomposed(int codePoint) {
		StringBuilder folded = new StringBuilder(2);
		Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD).codePoints().forEach((part) -> {
			if (part < 0x80) {
				folded.append(ascii((char) part));
			}
			else if (Character.getType(part) != Character.NON_SPACING_MARK) {
				Character lookalike = LOOKALIKES.get(part);
				folded.append((lookalike != null) ? lookalike : Character.valueOf(OTHER));
			}
		});
		return folded.toString();
	}

	/** Chinese and Korean, of which there is much and nothing to be decomposed. */
	private static boolean isUnified(int codePoint) {
		return codePoint >= 0x3041 && codePoint <= 0x3130 || codePoint >= 0x3400 && codePoint <= 0x9FFF
				|| codePoint >= 0xAC00 && codePoint <= 0xD7A3;
	}

	private static char ascii(char c) {
		if (c >= 'A' && c <= 'Z') {
			return (char) (c + 32);
		}
		return switch (c) {
			case '\n', '\r', '\f', 0x0B -> '\n';
			case '\t' -> ' ';
			default -> (c < ' ' || c == 0x7F) ? 0 : c;
		};
	}

	private void add(char c, int position) {
		if (c == 0) {
			return;
		}
		if (this.length + 1 >= this.folded.length) {
			this.folded = Arrays.copyOf(this.folded, this.length * 2);
			this.starts = Arrays.copyOf(this.starts, this.length * 2 + 1);
		}
		this.folded[this.length] = c;
		this.starts[this.length++] = position;
	}

	/**
	 * What looks like a character of ASCII and has no compatible form that says so, from
	 * <a href="https://www.unicode.org/reports/tr39/">UTS 39</a>'s list.
	 */
	private static Map<Integer, Character> lookalikes() {
		Map<Integer, Character> lookalikes = new HashMap<>(1024);
		like(lookalikes, 'a', "ɑαаᴀΑАᎪᗅꓮⱭ⍺ꬰɐ");
		like(lookalikes, 'b', "ƄЬᏏᖯВΒᏴᗷꓐʙвβᛒƅ");
		like(lookalikes, 'c', "ᴄсϲⲥꮯСϹᏟⲤꓚͻↄⅽ");
		like(lookalikes, 'd', "ԁᏧᑯꓒᎠᗞᗪꓓᴅđɖɗðð");
		like(lookalikes, 'e', "еҽꬲ℮ΕЕᎬⴹꓰᴇεєɛәɘ");
		like(lookalikes, 'f', "ꞙꬵքϝꓝƒғϜꞘ");
		like(lookalikes, 'g', "ɡցᶃԌᏀᏳꓖɢ");
		like(lookalikes, 'h', "һհᏂΗНᎻᕼⲎꓧʜнԋ");
		like(lookalikes, 'i', "ıɩɪιіӏᎥꙇꭵΙІӀⲒꓲᛁ׀וןǀ");
		like(lookalikes, 'j', "ϳјᎫᒍꓙͿЈᴊ");
		like(lookalikes, 'k', "κкᴋⲕКΚᏦᛕⲔꓗ");
		like(lookalikes, 'l', "ⳑʟᏞᒪꓡł");
		like(lookalikes, 'm', "ΜМϺᎷᗰᛖⲘꓟᴍмɱ");
		like(lookalikes, 'n', "ոռɴΝⲚꓠпԉηиɲŋƞ");
		like(lookalikes, 'o', "οσоօᴏᴑΟОՕⲞⲟꓳଠ೦ഠסهᓀ");
		like(lookalikes, 'p', "ρрⲣΡРᏢᑭⲢꓑᴘ");
		like(lookalikes, 'q', "ԛգզႳ");
		like(lookalikes, 'r', "гᴦⲅꭇꭈꮁᎡᏒᖇꓣʀяɹɾɽ");
		like(lookalikes, 's', "ƽѕꜱꮪЅՏᏕᏚꓢʂ");
		like(lookalikes, 't', "τтᴛΤТᎢⲦꓔƭŧʈt⊤⟙");
		like(lookalikes, 'u', "ʋυսᴜꞟꭎꭒՍሀᑌꓴцʉɥμ∪⋃");
		like(lookalikes, 'v', "νѵᴠⅴѴᏙᐯꓦ∨");
		like(lookalikes, 'w', "ɯѡԝաᴡꮃᎳᏔꓪԜωш");
		like(lookalikes, 'x', "хᕁᕽ᙮ΧХ᙭ᚷⲬꓫ×⤫⤬⨯");
		like(lookalikes, 'y', "ɣʏγуүყꭚΥҮᎩᎽⲨꓬУ");
		like(lookalikes, 'z', "ᴢꮓΖᏃꓜʐ");
		like(lookalikes, '<', "‹❮❬˂ᐸ⟨〈〈⧼«《⟪˱≺⋖⪡≪⦑⟬⸂ᚲ𝈶❰◁◂◀");
		like(lookalikes, '>', "›❯❭˃ᐳ⟩〉〉⧽»》⟫˲≻⋗⪢≫⦒⟭⸃𝈷❱▷▸▶");
		like(lookalikes, '/', "⁄∕╱⟋⧸Ⳇノ丿⼃⫽᜵⁁〳");
		like(lookalikes, '\\', "∖⟍⧵⧹⼂丶");
		like(lookalikes, '|', "∣❘❙│┃ǀ⏐⎪¦‖∥⼁ⵏ︱▏￨");
		like(lookalikes, ':', "։׃܃܄ः᠃᠉⁚ː˸∶ꓽ꞉։፡");
		like(lookalikes, '[', "❲〔⟦〚⦗【〖⁅⦋");
		like(lookalikes, ']', "❳〕⟧〛⦘】〗⁆⦌");
		like(lookalikes, '{', "❴⦃");
		like(lookalikes, '}', "❵⦄");
		like(lookalikes, '(', "❨❪⸨");
		like(lookalikes, ')', "❩❫⸩");
		like(lookalikes, '_', "▁＿﹍﹎﹏");
		like(lookalikes, '-', "‐‑‒–—―−﹘➖⁃˗");
		like(lookalikes, '#', "⌗♯");
		like(lookalikes, '*', "∗⁎✱✲＊٭•●◦▪‣∙·");
		// Letters that are drawn as nothing.
		like(lookalikes, '\0', "\u115F\u1160\u3164\uFFA0\u034F\u17B4\u17B5");
		like(lookalikes, ' ', "\u2800");
		for (int i = 0; i < 26; i++) {
			char letter = (char) ('a' + i);
			lookalikes.put(0x249C + i, letter);
			lookalikes.put(0x1F110 + i, letter);
			lookalikes.put(0x1F150 + i, letter);
			lookalikes.put(0x1F170 + i, letter);
			lookalikes.put(0x1F1E6 + i, letter);
		}
		return Map.copyOf(lookalikes);
	}

	private static void like(Map<Integer, Character> lookalikes, char plain, String list) {
		list.codePoints().filter((codePoint) -> codePoint >= 0x80).forEach((codePoint) -> {
			lookalikes.putIfAbsent(codePoint, plain);
			int small = Character.toLowerCase(codePoint);
			if (small >= 0x80) {
				lookalikes.putIfAbsent(small, plain);
			}
		});
	}

}
