package dev.sluice.prompt.guardrail.local;

import java.util.Locale;
import java.util.Set;

/** Passwords, keys and user names that a word before them announces. */
final class Values {

	/** After these stands a statement about passwords, or a type, not a password. */
	private static final Set<String> STATEMENTS = Set.of("null", "none", "nil", "undefined", "true", "false", "string",
			"str", "text", "varchar", "char", "int", "integer", "number", "bool", "boolean", "byte", "bytes", "object",
			"any", "optional", "required", "hidden", "empty", "blank", "redacted", "masked", "hashed", "encrypted",
			"plaintext", "unknown", "invalid", "incorrect", "wrong", "missing", "expired", "correct", "reset",
			"changed", "field", "type", "hash", "input", "value", "protected", "yes", "n/a", "na", "unset", "secretstr",
			"sensitive", "revealed", "generated", "random", "disabled", "enabled", "forgotten", "forgot", "not", "the",
			"a", "an", "your", "my", "is", "must", "should", "can", "please", "enter", "password", "secure", "strong",
			"weak", "too", "never", "always", "stored", "in", "for", "to", "and", "or", "with", "without", "at", "on",
			"of", "that", "this", "it", "if", "was", "has", "here", "there", "then", "when", "use", "used", "using",
			"kept", "set", "same", "different", "new", "old", "valid", "needed", "mandatory", "vital", "important",
			"safe", "unsafe", "compromised", "leaked", "known", "shared", "private", "public", "secret", "confidential",
			"already", "taken", "available", "unavailable", "unique", "case", "case-sensitive", "long", "short", "ok",
			"okay", "good", "bad", "fine", "visible", "default", "varchar2", "nvarchar", "sha256", "md5", "bcrypt",
			"argon2", "pbkdf2", "base64", "utf8", "utf-8", "oauth2", "self", "admin-only", "readonly", "void", "const",
			"let", "var", "func", "function", "lambda", "interface", "class", "struct", "enum", "uuid", "example",
			"changeable", "todo", "tbd", "unchanged", "updated", "created", "deleted", "stale", "rotated", "revoked",
			"active", "inactive", "one", "what", "which", "how", "why", "where", "who", "omitted", "removed",
			"provided", "accepted", "rejected", "denied", "granted", "expires", "verified", "confirmed",
			"authentication", "authorization", "int32", "int64", "uint8", "float64", "secretkey", "md", "pdf");

	/** A path that begins so is code. */
	private static final Set<String> CODE = Set.of("this", "self", "process", "env", "config", "cfg", "conf", "os",
			"settings", "request", "req", "args", "options", "opts", "props", "user", "data", "body", "params",
			"credentials", "secrets", "vars", "form", "state", "event", "ctx", "context", "system", "app", "input",
			"var", "local", "module", "account", "db", "database", "auth", "client", "session", "response", "res",
			"result", "model", "obj", "row", "record", "payload", "kwargs", "environ", "properties", "each",
			"random_password", "data_source", "aws_secretsmanager_secret_version", "z", "yup", "joi", "types", "forms",
			"fields", "login", "e", "document", "window", "builder", "dto", "entity");

	private static final int GAP = 48;

	private final Tape tape;

	private final Context context;

	private char sign;

	private boolean spaced;

	private char quote;

	Values(Tape tape, Context context) {
		this.tape = tape;
		this.context = context;
	}

	/** At what may be the first character of a value. */
	void find(int position, Find find) {
		char c = this.tape.at(position);
		if (Chars.space(c) || c == '"' || c == '\'' || c == '`' || c == '=' || c == ':' || c == '>' || c == '<'
				|| c == '|' || c == ',') {
			return;
		}
		if (find.wants(PiiType.PASSWORD)) {
			password(position, find);
		}
		if (find.wants(PiiType.AWS_SECRET_KEY)) {
			cloudSecret(position, find);
		}
		if (find.wantsAny(PiiType.API_KEY.bit() | PiiType.PASSWORD.bit())) {
			key(position, find);
		}
		if (find.wants(PiiType.USERNAME)) {
			username(position, find);
		}
		if (find.wantsAny(PiiType.USERNAME.bit() | PiiType.PASSWORD.bit())) {
			pair(position, find);
		}
	}

	/** Whether only what separates a name from its value stands between. */
	private boolean separated(int from, int position) {
		this.sign = Tape.NONE;
		this.spaced = false;
		this.quote = Tape.NONE;
		int index = from;
		if (position - from > GAP || position <= from) {
			return false;
		}
		char c = this.tape.before(index);
		while (index < position && (Chars.digit(c) || c == '_')) {
			c = this.tape.before(++index);
		}
		boolean word = false;
		int lines = 0;
		while (index < position) {
			c = this.tape.before(index);
			this.quote = Tape.NONE;
			if (Chars.space(c)) {
				lines += (c == '\n') ? 1 : 0;
				this.spaced = true;
			}
			else if (c == '"' || c == '\'' || c == '`') {
				this.quote = (index == position - 1) ? c : Tape.NONE;
			}
			else if (c == ':' || c == '=' || c == '|' || c == '：' || c == '＝') {
				if (this.sign == '=' && c == '=' || this.sign == '!') {
					return false;
				}
				this.sign = (c == '|' || c == '：') ? ':' : (c == '＝') ? '=' : c;
				this.spaced = false;
			}
			else if (c == '>') {
				if (this.sign != '=' && this.sign != '-' && index > from && this.tape.before(index - 1) != '"') {
					return false;
				}
				this.sign = '=';
			}
			else if (c == '-' || c == '–' || c == '—') {
				if (this.sign != Tape.NONE || !this.spaced) {
					return false;
				}
				this.sign = '-';
			}
			else if (c == '*' || c == '\\' || c == ')' || c == ']' || c == '_') {
				// Emphasis, escapes and the end of an index.
				word |= false;
			}
			else if ((c == '(' || c == '是' || c == '为' || c == 'は') && this.sign == Tape.NONE) {
				this.sign = 'i';
			}
			else if (c == ',' && this.sign == Tape.NONE && value(index, position)) {
				index += 9;
				this.sign = ':';
				continue;
			}
			else if (Chars.latin(c) && !word && this.spaced && this.sign == Tape.NONE) {
				int end = index;
				while (end < position && Chars.letter(this.tape.before(end))) {
					end++;
				}
				if (!verb(index, end)) {
					return false;
				}
				this.sign = 'i';
				word = true;
				index = end;
				continue;
			}
			else {
				return false;
			}
			index++;
		}
		if (this.sign == '-') {
			this.sign = ':';
		}
		return lines <= 1;
	}

	/** {@code "name":"PASSWORD","value":"…"}. */
	private boolean value(int comma, int position) {
		int index = comma + 1;
		while (index < position && (Chars.space(this.tape.before(index)) || this.tape.before(index) == '"')) {
			index++;
		}
		return index <= comma + 3 && index + 5 < position && word(index, "value");
	}

	private boolean word(int index, String word) {
		for (int place = 0; place < word.length(); place++) {
			if (Keyword.lower(this.tape.before(index + place)) != word.charAt(place)) {
				return false;
			}
		}
		return true;
	}

	private boolean verb(int from, int to) {
		int length = to - from;
		return length == 2 && (word(from, "is") || word(from, "to") || word(from, "es") || word(from, "as"))
				|| length == 3 && (word(from, "was") || word(from, "ist") || word(from, "est"))
				|| length == 6 && word(from, "lautet") || length == 1 && (word(from, "é") || word(from, "è"));
	}

	/**
	 * The end of what is not in quotes, without the punctuation behind it; the horizon at
	 * most.
	 */
	private int end(int position) {
		int index = position;
		for (char c = this.tape.at(index); c != Tape.NONE && !Chars.space(c) && c != '"' && c != '\'' && c != '`'
				&& c != '<' && c != '>' && c != '|'; c = this.tape.at(index)) {
			if ((c == ',' || c == ';') && ends(this.tape.at(index + 1))) {
				break;
			}
			if (c == '&' && query(position)) {
				break;
			}
			index++;
		}
		if (index < position + this.tape.holdBack) {
			while (index > position && trailing(this.tape.at(index - 1), position, index - 1)) {
				index--;
			}
		}
		return index;
	}

	private boolean query(int position) {
		int key = this.context.last(Keyword.CREDENTIAL | Keyword.USERNAME | Keyword.USER, 0);
		for (int back = this.context.start(key) - 1; back > position - GAP; back--) {
			char c = this.tape.before(back);
			if (c == '?' || c == '&') {
				return true;
			}
			if (!Chars.token(c)) {
				return false;
			}
		}
		return false;
	}

	private static boolean ends(char c) {
		return c == Tape.NONE || Chars.space(c) || c == '"' || c == '\'' || c == '}' || c == ')';
	}

	private boolean trailing(char c, int from, int index) {
		return switch (c) {
			case '.', ',', ';', ':', '\\' -> true;
			case ')' -> !contains('(', from, index);
			case ']' -> !contains('[', from, index);
			case '}' -> !contains('{', from, index);
			case '*' -> index > from && this.tape.at(index - 1) == '*' && this.tape.before(from - 1) == '*'
					|| index > from && this.tape.at(index + 1) == '*' && this.tape.before(from - 1) == '*';
			default -> false;
		};
	}

	private boolean contains(char wanted, int from, int to) {
		for (int index = from; index < to; index++) {
			if (this.tape.at(index) == wanted) {
				return true;
			}
		}
		return false;
	}

	/** The closing quote, or the end of the line, or the horizon. */
	private int quoted(int position) {
		int index = position;
		for (char c = this.tape.at(index); c != Tape.NONE && c != this.quote && c != '\n'; c = this.tape.at(index)) {
			if (c == '\\' && this.tape.at(index + 1) == this.quote) {
				if (this.tape.before(position - 2) == '\\') {
					return index;
				}
				index++;
			}
			index++;
		}
		return index;
	}

	private void password(int position, Find find) {
		int key = this.context.last(Keyword.PASSWORD | Keyword.PASS | Keyword.SECRET, 0);
		if (key < 0 || key > 3) {
			return;
		}
		long kinds = this.context.kinds(key);
		boolean pass = (kinds & Keyword.PASSWORD) == 0;
		if (this.tape.before(position - 1) == '_' && this.context.end(key) == position - 1) {
			return;
		}
		if (!separated(this.context.end(key), position)) {
			strong(position, key, find);
			return;
		}
		if ((kinds & Keyword.SECRET) != 0 && this.sign != '=' && this.sign != ':') {
			return;
		}
		if ((kinds & Keyword.PASS) != 0 && (this.sign != '=' && this.sign != ':' || heading(key) && this.spaced)) {
			return;
		}
		int end = (this.quote != Tape.NONE) ? quoted(position) : end(position);
		if (this.quote == Tape.NONE && this.sign != Tape.NONE && phrase(key)) {
			int words = words(position);
			if (words > 0) {
				find.add(PiiType.PASSWORD, position, words);
				return;
			}
		}
		int length = end - position;
		if (length >= this.tape.holdBack - 1) {
			if (this.sign != 'i' && this.sign != Tape.NONE) {
				find.open(PiiType.PASSWORD, position, end, (this.quote != Tape.NONE) ? Rest.QUOTED : Rest.VALUE);
			}
			return;
		}
		if (length < 3 || length > 128) {
			return;
		}
		Shape shape = new Shape(this.tape, position, end);
		if (shape.placeholder || !plausible(position, end, shape, key)) {
			return;
		}
		if (pass && !shape.digit && !shape.special && this.spaced && this.quote == Tape.NONE) {
			return;
		}
		find.add(PiiType.PASSWORD, position, end);
	}

	/** A word in capitals at the start of a line, as test runners print it. */
	private boolean heading(int key) {
		return Chars.upper(this.tape.before(this.context.start(key)))
				&& Chars.upper(this.tape.before(this.context.end(key) - 1))
				&& this.tape.before(this.context.start(key) - 1) != '_';
	}

	private boolean plausible(int position, int end, Shape shape, int key) {
		if (this.quote != Tape.NONE) {
			if (shape.spaces > 0) {
				return shape.digit && shape.spaces <= 3 || phrase(key) || saying(position, end)
						&& (this.sign == 'i' || !shape.capitalised && !shape.special && shape.spaces > 2);
			}
			return shape.digit || shape.special
					|| !STATEMENTS.contains(shape.lower()) && !(shape.capitalised && same(key, position, end))
					|| same(key, position, end) && !shape.upper;
		}
		if (shape.dotted && code(position, end)) {
			return false;
		}
		if (shape.call && this.sign != 'i') {
			return false;
		}
		char next = this.tape.at(end);
		boolean last = next == Tape.NONE || next == '\n' || next == '\r';
		boolean prose = next == ' ' && Chars.letter(this.tape.at(end + 1));
		if (shape.identifier) {
			if (STATEMENTS.contains(shape.lower()) || !shape.digit && keyword(position, end)) {
				return false;
			}
		}
		if (shape.letters) {
			return switch (this.sign) {
				case '=' -> !this.spaced && this.tape.before(this.context.end(key)) != ' ' || last;
				case ':' -> !prose
						&& (last || !shape.camel && next != ';' && !(next == ',' && shape.capitalised) && next != ' ')
						&& next != '(';
				case 'i' -> mine(key) && !prose && !STATEMENTS.contains(shape.lower());
				default -> option(key);
			};
		}
		if (!shape.letter) {
			return end - position >= 4 && !prose && (this.sign == '=' || this.sign == ':' || this.sign == 'i')
					&& (shape.digit || shape.special && this.sign != 'i' && end - position >= 6);
		}
		return switch (this.sign) {
			case '=' -> !(shape.identifier && !shape.digit) || !this.spaced || last;
			case ':' -> shape.digit || shape.special && (!prose || shape.hard) || !prose;
			case 'i' -> shape.digit || shape.hard;
			default -> option(key) || shape.digit && end - position >= 6 && !shape.dotted
					&& (shape.hard || !prose || this.context.end(key) - this.context.start(key) < 8);
		};
	}

	/** "Passphrase" and "pass phrase". */
	private boolean phrase(int key) {
		int length = this.context.end(key) - this.context.start(key);
		return length == 10 || length == 6 && word(this.context.start(key), "phrase");
	}

	/** Whether none of the words speaks about passwords. */
	private boolean saying(int from, int to) {
		int start = from;
		for (int index = from; index <= to; index++) {
			if (index == to || Chars.space(this.tape.at(index))) {
				if (STATEMENTS.contains(new String(this.tape.chars, start, index - start).toLowerCase(Locale.ROOT))) {
					return false;
				}
				start = index + 1;
			}
		}
		return true;
	}

	/** The end of a line of three to twelve small words that say nothing, or -1. */
	private int words(int position) {
		int index = position;
		int words = 1;
		for (char c = this.tape.at(index); c >= 'a' && c <= 'z' || c == ' ' || c == '-'; c = this.tape.at(index)) {
			words += (c == ' ') ? 1 : 0;
			index++;
		}
		char next = this.tape.at(index);
		boolean last = next == Tape.NONE && index < position + this.tape.holdBack || next == '\n' || next == '\r'
				|| next == '.' && !Chars.word(this.tape.at(index + 1));
		return (last && words >= 3 && words <= 12 && this.tape.at(index - 1) != ' ' && saying(position, index)) ? index
				: -1;
	}

	/** {@code --password value}. */
	private boolean option(int key) {
		int start = this.context.start(key);
		return this.tape.before(start - 1) == '-' && !word(start, "phrase") && (this.tape.before(start - 2) == '-'
				|| this.tape.before(start - 2) == ' ' || Chars.latin(this.tape.before(start - 2)))
				&& this.tape.before(this.context.end(key)) == ' ';
	}

	private boolean mine(int key) {
		int start = this.context.start(key);
		return this.tape.before(start - 1) == ' ' && Keyword.lower(this.tape.before(start - 2)) == 'y'
				&& Keyword.lower(this.tape.before(start - 3)) == 'm';
	}

	private boolean same(int key, int from, int to) {
		int start = this.context.start(key);
		if (this.context.end(key) - start != to - from) {
			return false;
		}
		for (int index = from; index < to; index++) {
			if (Keyword.lower(this.tape.at(index)) != Keyword.lower(this.tape.before(start + index - from))) {
				return false;
			}
		}
		return true;
	}

	/** Whether the last part of an identifier is itself a word for a secret. */
	private boolean keyword(int from, int to) {
		int start = to;
		while (start > from && Chars.letter(this.tape.at(start - 1))
				&& !(start < to && Chars.upper(this.tape.at(start)))) {
			start--;
		}
		return start < to
				&& (Keyword.kinds(this.tape.chars, start, to)
						& (Keyword.PASSWORD | Keyword.PASS | Keyword.USERNAME | Keyword.TOKEN | Keyword.API_KEY)) != 0
				|| start < to && start > from
						&& (Keyword.kinds(this.tape.chars, start, to) & (Keyword.KEY | Keyword.SECRET)) != 0;
	}

	private boolean code(int from, int to) {
		int end = from;
		while (end < to && this.tape.at(end) != '.') {
			end++;
		}
		return CODE.contains(new String(this.tape.chars, from, end - from).toLowerCase(Locale.ROOT))
				|| keyword(from, to);
	}

	/** Far from its word, only what looks like nothing else is a password. */
	private void strong(int position, int key, Find find) {
		if ((this.context.kinds(key) & Keyword.PASSWORD) == 0 || this.context.end(key) + 60 < position) {
			return;
		}
		char before = this.tape.before(position - 1);
		if (!(before == ' ' || before == '"' || before == '\'' || before == '`')) {
			return;
		}
		int back = position - 1;
		this.quote = (before == ' ') ? Tape.NONE : before;
		back -= (before == ' ') ? 0 : 1;
		char sign = this.tape.before(back - 1);
		boolean said = this.tape.before(back) == ' '
				&& (sign == ':' || sign == '=' || this.tape.before(back - 3) == ' ' && verb(back - 2, back)
						|| this.tape.before(back - 4) == ' ' && verb(back - 3, back));
		if (!said) {
			return;
		}
		int end = (this.quote != Tape.NONE) ? quoted(position) : end(position);
		if (end - position < 6 || end - position > 64) {
			return;
		}
		Shape shape = new Shape(this.tape, position, end);
		if (!shape.placeholder && shape.spaces == 0 && shape.letter && shape.digit
				&& (shape.hard || shape.upper && shape.small || sign == ':') && !shape.path && !shape.call
				&& !(shape.dotted && !shape.hard)) {
			find.add(PiiType.PASSWORD, position, end);
		}
	}

	/** An AWS secret access key: forty characters of base64. */
	private void cloudSecret(int position, Find find) {
		char before = this.tape.before(position - 1);
		if (Chars.base64(before) && before != '=' || before == '_' || before == '-') {
			return;
		}
		long near = this.context.near(position, Context.REACH);
		if ((near & (Keyword.AWS | Keyword.SECRET | Keyword.ACCESS)) == 0) {
			return;
		}
		int index = position;
		boolean upper = false;
		boolean lower = false;
		boolean digit = false;
		while (index < position + 41 && Chars.base64(this.tape.at(index)) && this.tape.at(index) != '=') {
			upper |= Chars.upper(this.tape.at(index));
			lower |= this.tape.at(index) >= 'a';
			digit |= Chars.digit(this.tape.at(index)) || this.tape.at(index) == '/' || this.tape.at(index) == '+';
			index++;
		}
		if (index == position + 40 && upper && lower && digit && !Chars.token(this.tape.at(index))) {
			find.add(PiiType.AWS_SECRET_KEY, position, index);
		}
	}

	/** Keys and tokens that only their name tells. */
	private void key(int position, Find find) {
		int key = this.context
			.last(Keyword.SECRET | Keyword.TOKEN | Keyword.KEY | Keyword.API_KEY | Keyword.BEARER | Keyword.BASIC, 0);
		if (key < 0 || key > 3 || !separated(this.context.end(key), position)) {
			return;
		}
		long kinds = this.context.kinds(key);
		long earlier = this.context.kinds(key + 1) | this.context.kinds(key + 2);
		boolean header = (kinds & (Keyword.BEARER | Keyword.BASIC)) != 0
				|| (kinds & Keyword.TOKEN) != 0 && (earlier & Keyword.AUTHORIZATION) != 0 && this.sign == Tape.NONE;
		if (header ? this.sign != Tape.NONE && (kinds & Keyword.BASIC) != 0 : this.sign == Tape.NONE && !option(key)) {
			return;
		}
		if ((kinds & Keyword.KEY) != 0 && (kinds & Keyword.API_KEY) == 0 && (earlier & (Keyword.API | Keyword.SECRET
				| Keyword.ACCESS | Keyword.AWS | Keyword.AUTHORIZATION | Keyword.TOKEN | Keyword.ACCOUNT)) == 0) {
			return;
		}
		int index = position;
		boolean letter = false;
		boolean digit = false;
		boolean upper = false;
		int slashes = 0;
		for (char c = this.tape.at(index); Chars.token(c) || Chars.base64(c) || c == '~' || c == ':'
				|| c == '.' && Chars.word(this.tape.at(index + 1)); c = this.tape.at(index)) {
			letter |= Chars.latin(c);
			upper |= Chars.upper(c);
			digit |= Chars.digit(c);
			slashes += (c == '/') ? 1 : 0;
			index++;
		}
		int length = index - position;
		char next = this.tape.at(index);
		if (next == '(' || next == '[' || next == '$' || next == '{') {
			return;
		}
		boolean named = (kinds & (Keyword.SECRET | Keyword.API_KEY | Keyword.KEY)) != 0;
		int least = header ? ((kinds & Keyword.BASIC) != 0) ? 8 : 12 : named ? 8 : 12;
		boolean random = digit && letter || length >= 20 && upper && letter;
		if ((kinds & Keyword.BASIC) != 0) {
			random = (earlier & Keyword.AUTHORIZATION) != 0 && (digit || upper);
		}
		if (!random || length < least || slashes > 1 && !upper || code(position, index) && !header) {
			return;
		}
		if (this.sign == 'i' && length < 16) {
			return;
		}
		if ((kinds & Keyword.SECRET) != 0 && length < 16 && find.wants(PiiType.PASSWORD)) {
			return;
		}
		PiiType type = ((kinds & Keyword.BASIC) != 0) ? PiiType.PASSWORD : PiiType.API_KEY;
		if (length >= this.tape.holdBack - 1) {
			find.open(type, position, index, Rest.TOKEN);
		}
		else {
			find.add(type, position, index);
		}
	}

	private void username(int position, Find find) {
		int key = this.context.last(Keyword.USERNAME | Keyword.USER, 0);
		if (key < 0 || key > 3) {
			return;
		}
		long kinds = this.context.kinds(key);
		int from = this.context.end(key);
		boolean two = (kinds & Keyword.USERNAME) == 0 && key > 0
				&& (this.context.kinds(key - 1) & (Keyword.NAME | Keyword.ID)) != 0
				&& this.context.start(key - 1) <= from + 1 && this.context.start(key - 1) >= from;
		if (two) {
			from = this.context.end(key - 1);
		}
		if (!separated(from, position) || this.sign == Tape.NONE) {
			return;
		}
		boolean whole = two || (kinds & Keyword.USERNAME) != 0;
		char sign = this.sign;
		boolean spaced = this.spaced;
		char quote = this.quote;
		int index = position;
		index += (this.tape.at(index) == '@') ? 1 : 0;
		int start = index;
		boolean digit = false;
		boolean joined = false;
		boolean letter = false;
		for (char c = this.tape.at(index); Chars.word(c) || c == '_' || c == '-' || c == '\\'
				|| c == '.' && Chars.word(this.tape.at(index + 1)); c = this.tape.at(index)) {
			digit |= Chars.digit(c);
			letter |= Chars.letter(c);
			joined |= c == '_' || c == '.' || c == '\\' || c == '-';
			index++;
		}
		int length = index - start;
		char next = this.tape.at(index);
		if (!letter || length < 2 || length > 40 || next == '(' || next == '[' || next == '@' || next == '$'
				|| next == '{' || next == '=' || Chars.digit(this.tape.at(start)) && !whole
				|| quote != Tape.NONE && next != quote) {
			return;
		}
		String name = new String(this.tape.chars, start, length).toLowerCase(Locale.ROOT);
		boolean prose = next == ' ' && Chars.letter(this.tape.at(index + 1));
		boolean last = next == Tape.NONE || next == '\n' || next == '\r';
		if (STATEMENTS.contains(name) || keyword(start, index) || CODE.contains(name) || joined && code(start, index)) {
			return;
		}
		boolean marked = digit || joined || start > position;
		boolean found = switch (sign) {
			case '=' -> quote != Tape.NONE || !spaced && (whole || !prose) || last && whole;
			case ':' -> whole ? quote != Tape.NONE || marked || !prose || password(index)
					: quote != Tape.NONE && next == quote || marked && length >= 4 && !prose || password(index);
			default -> whole && (quote != Tape.NONE || marked || !prose && mine(key));
		};
		if (found) {
			find.add(PiiType.USERNAME, position, index);
		}
	}

	/** {@code credentials: name/password}, {@code login name : password}. */
	private void pair(int position, Find find) {
		int key = this.context.last(Keyword.PAIR, 0);
		if (key < 0 || key > 1 || !separated(this.context.end(key), position)) {
			return;
		}
		int name = position;
		for (char c = this.tape.at(name); Chars.word(c) || c == '.' || c == '_' || c == '-'
				|| c == '@'; c = this.tape.at(name)) {
			name++;
		}
		int index = name;
		index += (this.tape.at(index) == ' ') ? 1 : 0;
		char sign = this.tape.at(index);
		if (name == position || name > position + 40 || sign != '/' && sign != ':' && sign != '|') {
			return;
		}
		index++;
		index += (this.tape.at(index) == ' ') ? 1 : 0;
		int end = end(index);
		if (end - index < 6 || end - index > 64) {
			return;
		}
		Shape shape = new Shape(this.tape, index, end);
		if (shape.placeholder || shape.path || shape.call || !shape.letter || !shape.digit
				|| !shape.hard && !shape.upper && !shape.special && sign != '/' || sign == ':' && shape.dotted) {
			return;
		}
		find.add(PiiType.USERNAME, position, name);
		find.add(PiiType.PASSWORD, index, end);
	}

	/** Whether a word for a password comes next. */
	private boolean password(int from) {
		int start = from;
		while (start < from + 5 && (this.tape.at(start) == ' ' || this.tape.at(start) == ','
				|| this.tape.at(start) == '/' || this.tape.at(start) == ';')) {
			start++;
		}
		int end = start;
		while (end < start + 12 && Chars.letter(this.tape.at(end))) {
			end++;
		}
		return end > start && (Keyword.kinds(this.tape.chars, start, end) & (Keyword.PASSWORD | Keyword.PASS)) != 0;
	}

	/** What characters a value has. */
	private static final class Shape {

		private final Tape tape;

		private final int from;

		private final int to;

		private boolean upper;

		private boolean small;

		private boolean letter;

		private boolean digit;

		private boolean special;

		private boolean dotted;

		private boolean call;

		private boolean path;

		private boolean camel;

		private final boolean capitalised;

		private int spaces;

		/** Nothing but letters. */
		private final boolean letters;

		/** Letters, digits, underscores and full stops. */
		private final boolean identifier;

		private final boolean placeholder;

		/** Three kinds of characters. */
		private final boolean hard;

		Shape(Tape tape, int from, int to) {
			this.tape = tape;
			this.from = from;
			this.to = to;
			boolean same = true;
			boolean plain = true;
			for (int index = from; index < to; index++) {
				char c = tape.at(index);
				same &= c == tape.at(from);
				if (Chars.upper(c)) {
					this.camel |= index > from && this.small;
					this.upper = true;
				}
				else if (Chars.letter(c)) {
					this.small = true;
				}
				else if (Chars.digit(c)) {
					this.digit = true;
				}
				else if (Chars.space(c)) {
					this.spaces++;
				}
				else if (c == '.') {
					this.dotted = true;
				}
				else if (c == '_') {
					plain = false;
				}
				else {
					this.special = true;
					this.call |= (c == '(' || c == '[') && index > from && Chars.letter(tape.at(index - 1))
							&& !this.digit && called(tape.at(index + 1));
					this.path |= c == '/';
				}
			}
			this.letter = this.upper || this.small;
			this.letters = this.letter && !this.digit && !this.special && !this.dotted && plain && this.spaces == 0;
			this.identifier = this.letter && !this.special && this.spaces == 0;
			this.capitalised = Chars.upper(tape.at(from));
			this.hard = this.letter && this.digit && this.special
					|| this.upper && this.small && (this.digit || this.special);
			this.placeholder = same || hole();
		}

		private static boolean called(char next) {
			return Chars.letter(next) || next == ')' || next == '"' || next == '\'' || next == '_' || next == Tape.NONE;
		}

		private boolean hole() {
			char first = this.tape.at(this.from);
			char second = this.tape.at(this.from + 1);
			char last = this.tape.at(this.to - 1);
			if (first == '{' || first == '[' && last == ']' || first == '<'
					|| first == '$' && (second == '{' || second == '(')
					|| first == '%' && (last == '%' || last == 's' && this.to - this.from == 2 || second == '(')
					|| first == '(' && last == ')' || first == '.' && second == '.' || first == '*' && second == '*'
					|| first == 'x' && second == 'x' && this.tape.at(this.from + 2) == 'x'
					|| first == 'X' && second == 'X' && this.tape.at(this.from + 2) == 'X' || first == '•') {
				return true;
			}
			boolean name = true;
			for (int index = this.from + 1; index < this.to; index++) {
				char c = this.tape.at(index);
				name &= Chars.letter(c) || c == '_' || c == '.';
			}
			if ((first == '$' || first == '@' || first == ':' || first == '&' || first == '#') && name) {
				return true;
			}
			String value = lower();
			return value.startsWith("your") && !this.digit || value.contains("{{") || value.contains("${")
					|| value.contains("your_") || value.contains("your-") || value.startsWith("<")
					|| value.startsWith("replace") || value.startsWith("process.env") || value.startsWith("os.environ");
		}

		private String lower() {
			return new String(this.tape.chars, this.from, this.to - this.from).toLowerCase(Locale.ROOT);
		}

	}

}
