package dev.sluice.prompt.guardrail.local;

/** Private keys in PEM or as PGP prints them. */
final class PrivateKeys {

	/** How many stand before the marker. */
	static final int DASHES = 5;

	private static final String BEGIN = "-----BEGIN ";

	private static final String END = "-----END";

	private static final int LINE = 16;

	private static final int HEADER = 64;

	private PrivateKeys() {
	}

	static void find(Tape tape, int position, Find find) {
		if (tape.before(position - 1) == '-' || !starts(tape, position, BEGIN)) {
			return;
		}
		int header = position + BEGIN.length();
		boolean secret = false;
		while (header < position + HEADER
				&& (Chars.upper(tape.at(header)) || Chars.digit(tape.at(header)) || tape.at(header) == ' ')) {
			secret |= tape.at(header) == 'P' && starts(tape, header, "PRIVATE KEY");
			header++;
		}
		if (!secret || !starts(tape, header, "----")) {
			return;
		}
		while (tape.at(header) == '-') {
			header++;
		}
		for (int index = header; tape.at(index) != Tape.NONE; index++) {
			if (end(tape, index)) {
				int end = index + END.length();
				while (tape.at(end) != '-' && tape.at(end) != Tape.NONE && end < index + HEADER) {
					end++;
				}
				while (tape.at(end) == '-') {
					end++;
				}
				if (tape.at(end) == Tape.NONE) {
					break;
				}
				find.add(PiiType.PRIVATE_KEY, position, end);
				return;
			}
		}
		find.open(PiiType.PRIVATE_KEY, position, attributes(tape, header), Rest.KEY);
	}

	/** Past lines such as {@code Proc-Type: 4,ENCRYPTED}. */
	private static int attributes(Tape tape, int header) {
		int past = header;
		for (int lines = 0; lines < 4; lines++) {
			int index = past;
			while (Chars.space(tape.at(index))) {
				index++;
			}
			int start = index;
			while (Chars.token(tape.at(index))) {
				index++;
			}
			if (index == start || tape.at(index) != ':') {
				return past;
			}
			while (tape.at(index) != '\n' && tape.at(index) != Tape.NONE) {
				index++;
			}
			past = index;
		}
		return past;
	}

	/** Whether a line of a key begins here. */
	static boolean line(Tape tape, int position) {
		int index = position;
		while (index < position + LINE && Chars.base64(tape.at(index))) {
			index++;
		}
		if (index == position + LINE) {
			return true;
		}
		if (index == position) {
			return false;
		}
		int gap = index;
		while (gap < index + 4 && (Chars.space(tape.at(gap)) || tape.at(gap) == '\\')) {
			gap += (tape.at(gap) == '\\') ? 2 : 1;
		}
		return end(tape, gap) || tape.at(gap) == Tape.NONE;
	}

	static boolean end(Tape tape, int position) {
		return starts(tape, position, END);
	}

	/** 1 behind the last line, -1 inside of it, 0 before it. */
	static int finished(Tape tape, int position) {
		int dashes = 0;
		for (int back = position - 1; back > position - HEADER; back--) {
			char c = tape.before(back);
			if (c == '-') {
				dashes++;
				continue;
			}
			if (c == 'D' && dashes == 0 && before(tape, back)) {
				return -1;
			}
			if (dashes >= 4 && c != '\n') {
				return header(tape, back) ? (tape.at(position) == '-') ? -1 : 1 : 0;
			}
			if (dashes > 0 || c == '\n' || c == Tape.NONE) {
				return 0;
			}
		}
		return 0;
	}

	private static boolean header(Tape tape, int position) {
		for (int back = position; back > position - HEADER; back--) {
			char c = tape.before(back);
			if (c == 'D' && before(tape, back)) {
				return true;
			}
			if (!Chars.upper(c) && c != ' ') {
				return false;
			}
		}
		return false;
	}

	/** Whether the marker of the last line stands there, seen from its last letter. */
	private static boolean before(Tape tape, int last) {
		for (int index = 0; index < END.length(); index++) {
			if (tape.before(last - index) != END.charAt(END.length() - 1 - index)) {
				return false;
			}
		}
		return true;
	}

	private static boolean starts(Tape tape, int position, String prefix) {
		for (int index = 0; index < prefix.length(); index++) {
			if (tape.at(position + index) != prefix.charAt(index)) {
				return false;
			}
		}
		return true;
	}

}
