package dev.sluice.prompt.guardrail.local;

/** How a find goes on that may be longer than what is held back. */
enum Rest {

	/** A URL; full stops and the like at its end are not part of it. */
	URL {
		@Override
		boolean goesOn(Tape tape, int start, int position) {
			char c = tape.at(position);
			if (!Urls.part(c)) {
				return false;
			}
			if (!Urls.punctuation(c) || c == ')' && Urls.opened(tape, start, position)) {
				return true;
			}
			for (int ahead = 1; ahead <= 4; ahead++) {
				char next = tape.at(position + ahead);
				if (!Urls.part(next)) {
					return false;
				}
				if (!Urls.punctuation(next)) {
					return true;
				}
			}
			return true;
		}
	},
	/** Letters, digits and what base64 has besides. */
	TOKEN {
		@Override
		boolean goesOn(Tape tape, int start, int position) {
			char c = tape.at(position);
			return Chars.token(c) || c == '=' || c == '+' || c == '/' || c == '.' && Chars.word(tape.at(position + 1));
		}
	},
	/** All up to white space or a quote. */
	VALUE {
		@Override
		boolean goesOn(Tape tape, int start, int position) {
			char c = tape.at(position);
			return c != Tape.NONE && !Chars.space(c) && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>';
		}
	},
	/** All up to a quote or the end of the line. */
	QUOTED {
		@Override
		boolean goesOn(Tape tape, int start, int position) {
			char c = tape.at(position);
			return c != Tape.NONE && c != '"' && c != '\'' && c != '`' && c != '\n' && c != '\r';
		}
	},
	/** The lines of a key: base64, white space, also as {@code \n}. */
	KEY {
		@Override
		boolean goesOn(Tape tape, int start, int position) {
			char c = tape.at(position);
			if (Chars.base64(c) && tape.before(position - 1) != '-') {
				return true;
			}
			if (c == 'E' && PrivateKeys.end(tape, position - PrivateKeys.DASHES)) {
				return true;
			}
			int finished = PrivateKeys.finished(tape, position);
			if (finished != 0) {
				return finished < 0;
			}
			if (c == '-') {
				return PrivateKeys.end(tape, position) || tape.before(position - 1) == '-';
			}
			int ahead = position;
			while (ahead < position + 8 && (Chars.space(c) || c == '\\' || c == '"')) {
				ahead += (c == '\\' && Chars.latin(tape.at(ahead + 1))) ? 2 : 1;
				c = tape.at(ahead);
			}
			return ahead > position && (PrivateKeys.line(tape, ahead) || PrivateKeys.end(tape, ahead));
		}
	};

	abstract boolean goesOn(Tape tape, int start, int position);

}
