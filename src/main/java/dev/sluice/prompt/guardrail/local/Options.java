package dev.sluice.prompt.guardrail.local;

import java.util.Locale;
import java.util.Set;

/** Passwords that programs take as short options: {@code curl -u name:password}. */
final class Options {

	/** How far behind the program's name an option is looked for. */
	private static final int REACH = 140;

	private static final int LONGEST = 128;

	private static final Set<String> EXAMPLES = Set.of("password", "passwd", "pass", "pwd", "secret", "token", "user",
			"username", "name", "login", "yourpassword", "your_password", "x", "p", "pw");

	private final Tape tape;

	private final Context context;

	Options(Tape tape, Context context) {
		this.tape = tape;
		this.context = context;
	}

	/** At the hyphen. */
	void find(int position, Find find) {
		int command = this.context.last(Keyword.COMMAND, 0);
		if (command < 0 || this.context.end(command) + REACH < position) {
			return;
		}
		int start = this.context.start(command);
		String name = new String(this.tape.chars, start, this.context.end(command) - start);
		switch (name) {
			case "curl" -> {
				int value = value(position, "u", "U", "-user", "-proxy-user");
				if (value > 0) {
					pair(value, find);
				}
			}
			case "mysql", "mysqldump", "mysqladmin", "mariadb" -> {
				if (this.tape.at(position + 1) == 'p' && !Chars.space(this.tape.at(position + 2))) {
					password(position + 2, find);
				}
			}
			case "sshpass" -> single(position, find, "p");
			case "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport" ->
				credentials(position, find, "u", "p");
			case "docker", "podman", "nerdctl", "helm", "az", "oc", "cf" -> {
				int login = this.context.last(Keyword.PAIR, 0);
				if (login >= 0 && login < command) {
					credentials(position, find, "u", "p");
				}
			}
			case "redis" -> single(position, find, "a");
			case "ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami" -> single(position, find, "w");
			case "sqlcmd", "bcp" -> credentials(position, find, "U", "P");
			case "zip", "unzip" -> single(position, find, "P");
			default -> {
			}
		}
	}

	private void credentials(int position, Find find, String user, String password) {
		int value = value(position, user);
		if (value > 0 && find.wants(PiiType.USERNAME)) {
			int end = end(value);
			if (end - value > 1 && end - value <= 40 && told(value, end) && Chars.word(this.tape.at(value))) {
				find.add(PiiType.USERNAME, value, end);
			}
		}
		single(position, find, password);
	}

	private void single(int position, Find find, String option) {
		int value = value(position, option);
		if (value > 0) {
			password(value, find);
		}
	}

	/** Where the value of such an option begins, or -1. */
	private int value(int position, String... options) {
		for (String option : options) {
			int index = position + 1;
			int place = 0;
			while (place < option.length() && this.tape.at(index) == option.charAt(place)) {
				place++;
				index++;
			}
			char next = this.tape.at(index);
			if (place == option.length() && (next == ' ' || next == '=')) {
				return opened(index + 1);
			}
		}
		return -1;
	}

	private int opened(int index) {
		char c = this.tape.at(index);
		return (c == '"' || c == '\'') ? index + 1 : index;
	}

	private int end(int from) {
		char before = this.tape.before(from - 1);
		boolean quoted = before == '"' || before == '\'';
		int index = from;
		for (char c = this.tape.at(index); index < from + LONGEST && c != Tape.NONE && c != '\n' && c != '\r'
				&& (quoted ? c != before : !Chars.space(c) && c != '"' && c != '\'' && c != '`'); c = this.tape
					.at(index)) {
			index++;
		}
		return index;
	}

	private void pair(int value, Find find) {
		int end = end(value);
		int colon = value;
		while (colon < end && this.tape.at(colon) != ':') {
			colon++;
		}
		if (colon + 1 >= end || colon == value && end - value < 5 || end - value >= LONGEST) {
			return;
		}
		if (told(colon + 1, end)) {
			find.add(PiiType.PASSWORD, colon + 1, end);
			if (colon - value > 1 && told(value, colon)) {
				find.add(PiiType.USERNAME, value, colon);
			}
		}
	}

	private void password(int from, Find find) {
		int start = opened(from);
		int end = end(start);
		int length = end - start;
		if (length > 2 && length < LONGEST && this.tape.at(start) != '-' && told(start, end)) {
			find.add(PiiType.PASSWORD, start, end);
		}
	}

	/** Whether it is neither a variable nor a placeholder. */
	private boolean told(int from, int to) {
		char first = this.tape.at(from);
		if (first == '$' || first == '<' || first == '{' || first == '[' || first == '*' || first == '%'
				|| first == '.') {
			return false;
		}
		int end = to;
		while (end > from && !Chars.word(this.tape.at(end - 1))) {
			end--;
		}
		return !EXAMPLES.contains(new String(this.tape.chars, from, end - from).toLowerCase(Locale.ROOT));
	}

}
