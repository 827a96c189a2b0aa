package dev.sluice.prompt.guardrail.local;

/** Addresses of machines: IP of both kinds, and MAC. */
final class Addresses {

	private Addresses() {
	}

	static void find(Tape tape, int position, Context context, Find find) {
		if (find.wants(PiiType.MAC_ADDRESS)) {
			mac(tape, position, context, find);
		}
		if (find.wants(PiiType.IP_ADDRESS)) {
			if (Chars.digit(tape.at(position))) {
				dotted(tape, position, context, find);
			}
			colons(tape, position, find);
		}
	}

	private static void mac(Tape tape, int position, Context context, Find find) {
		char before = tape.before(position - 1);
		if ((before == ':' || before == '-' || before == '.') && Chars.hex(tape.before(position - 2))) {
			return;
		}
		int pairs = pairs(tape, position);
		int end = (pairs > 0) ? pairs : triples(tape, position, (context.near(position, 24) & Keyword.MAC) != 0);
		if (end < 0) {
			return;
		}
		char next = tape.at(end);
		if (!Chars.word(next) && next != '_' && !((next == ':' || next == '-') && Chars.hex(tape.at(end + 1)))) {
			find.add(PiiType.MAC_ADDRESS, position, end);
		}
	}

	private static int pairs(Tape tape, int position) {
		if (!Chars.hex(tape.at(position)) || !Chars.hex(tape.at(position + 1))) {
			return -1;
		}
		char separator = tape.at(position + 2);
		if (separator != ':' && separator != '-') {
			return -1;
		}
		int index = position + 2;
		for (int pair = 1; pair < 6; pair++) {
			if (tape.at(index) != separator || !Chars.hex(tape.at(index + 1)) || !Chars.hex(tape.at(index + 2))) {
				return -1;
			}
			index += 3;
		}
		return index;
	}

	/** As Cisco writes them: {@code 0011.2233.4455}. */
	private static int triples(Tape tape, int position, boolean said) {
		int index = position;
		boolean letter = said;
		for (int group = 0; group < 3; group++) {
			for (int place = 0; place < 4; place++) {
				if (!Chars.hex(tape.at(index))) {
					return -1;
				}
				letter |= !Chars.digit(tape.at(index));
				index++;
			}
			if (group < 2 && tape.at(index++) != '.') {
				return -1;
			}
		}
		return (letter && !(tape.at(index) == '.' && Chars.word(tape.at(index + 1)))) ? index : -1;
	}

	private static void dotted(Tape tape, int position, Context context, Find find) {
		char before = tape.before(position - 1);
		char further = tape.before(position - 2);
		if (before == '.' && further != ' ' || before == '-' && Chars.word(further) || before == '_' || before == '^'
				|| before == '§' || before == ' ' && further == '§' || before == '/' && Chars.letter(further)
				|| (before == '~' || before == '=' || before == '<' || before == '>')
						&& (further == '=' || further == '~' || further == '>' || further == '<' || before != '=')
				|| before == ' ' && further == '=' && compared(tape.before(position - 3))) {
			return;
		}
		int index = position;
		boolean small = true;
		int first = 0;
		int last = 0;
		for (int octet = 0; octet < 4; octet++) {
			int value = 0;
			int start = index;
			while (index < start + 4 && Chars.digit(tape.at(index))) {
				value = value * 10 + tape.at(index) - '0';
				index++;
			}
			if (index == start || index == start + 4 || value > 255 || index > start + 1 && tape.at(start) == '0') {
				return;
			}
			small &= value < 30;
			first = (octet < 3) ? first * 1000 + value : first;
			last = value;
			if (octet < 3 && tape.at(index++) != '.') {
				return;
			}
		}
		char next = tape.at(index);
		char after = (next == '.' || next == '-' || next == '+') ? tape.at(index + 1) : Tape.NONE;
		if (Chars.word(next) || next == '_' || next == '.' && Chars.word(after)
				|| (next == '-' || next == '+') && Chars.letter(after)) {
			return;
		}
		if (object(first, last)) {
			return;
		}
		boolean colon = before == ':' || before == ' ' && further == ':';
		if ((small || !colon) && (context.near(position, 10) & Keyword.VERSION) != 0
				|| small && (context.near(position, 32) & Keyword.VERSION) != 0) {
			return;
		}
		if (next == '/' && Chars.digit(tape.at(index + 1))) {
			int mask = index + 1;
			while (mask < index + 4 && Chars.digit(tape.at(mask))) {
				mask++;
			}
			if (mask <= index + 3 && !Chars.word(tape.at(mask))) {
				index = mask;
			}
		}
		find.add(PiiType.IP_ADDRESS, position, index);
	}

	private static boolean compared(char c) {
		return c == '=' || c == '<' || c == '>' || c == '~' || c == '!' || c == '^';
	}

	/**
	 * Whether these are the numbers of an object identifier: {@code 1.3.6.1}, the
	 * attributes of X.500 ({@code 2.5.4}) and what certificates use ({@code 2.5.29}).
	 */
	private static boolean object(int first, int last) {
		return switch (first) {
			case 1_003_006 -> last == 1;
			case 2_005_004, 2_005_006, 2_005_008, 2_005_013, 2_005_029 -> last < 100;
			default -> false;
		};
	}

	/** IP of version 6, also shortened, with a zone or with a dotted end. */
	static void colons(Tape tape, int position, Find find) {
		char before = tape.before(position - 1);
		if (before == ':' || before == '.' || before == '_' || before == '-' && Chars.hex(tape.before(position - 2))) {
			return;
		}
		int index = position;
		int groups = 0;
		int digits = 0;
		int longest = 0;
		boolean gap = false;
		if (tape.at(index) == ':') {
			if (tape.at(index + 1) != ':' || Chars.word(before)) {
				return;
			}
			gap = true;
			index += 2;
		}
		while (true) {
			int start = index;
			int decimal = 0;
			while (index < start + 5 && Chars.hex(tape.at(index))) {
				decimal += Chars.digit(tape.at(index)) ? 1 : 0;
				index++;
			}
			int length = index - start;
			if (length == 0) {
				break;
			}
			if (length > 4) {
				return;
			}
			digits += decimal;
			longest = Math.max(longest, length);
			if (tape.at(index) == '.' && decimal == length && groups >= (gap ? 0 : 6)) {
				int end = quad(tape, start);
				if (end > 0) {
					index = end;
					groups += 2;
					break;
				}
			}
			groups++;
			if (tape.at(index) != ':') {
				break;
			}
			if (tape.at(index + 1) == ':') {
				if (gap) {
					return;
				}
				gap = true;
				index += 2;
			}
			else if (Chars.hex(tape.at(index + 1))) {
				index++;
			}
			else {
				break;
			}
		}
		char next = tape.at(index);
		if (Chars.word(next) || next == '_' || next == ':' && tape.at(index + 1) == ':') {
			return;
		}
		if (gap ? groups > 7 || groups == 0 || digits == 0 || groups == 1 && longest < 3 && tape.at(position) != ':'
				|| groups == 2 && longest < 3 && tape.at(position) != ':' : groups != 8) {
			return;
		}
		if (next == '%' && Chars.word(tape.at(index + 1))) {
			index++;
			while (Chars.word(tape.at(index))) {
				index++;
			}
		}
		else if (next == '/' && Chars.digit(tape.at(index + 1))) {
			index += 2;
			while (Chars.digit(tape.at(index))) {
				index++;
			}
		}
		find.add(PiiType.IP_ADDRESS, position, index);
	}

	private static int quad(Tape tape, int start) {
		int index = start;
		for (int octet = 0; octet < 4; octet++) {
			int from = index;
			while (index < from + 4 && Chars.digit(tape.at(index))) {
				index++;
			}
			if (index == from || index == from + 4 || octet < 3 && tape.at(index++) != '.') {
				return -1;
			}
		}
		return index;
	}

}
