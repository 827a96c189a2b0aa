package dev.sluice.prompt.guardrail.local;

import java.util.Locale;
import java.util.Set;

/** Web addresses, and the passwords in addresses of any kind. */
final class Urls {

	/** Addresses of services, not of the web: only the password in them is told. */
	private static final Set<String> SERVICES = Set.of("postgres", "postgresql", "mysql", "mariadb", "mongodb", "srv",
			"redis", "rediss", "amqp", "amqps", "sqlserver", "mssql", "oracle", "kafka", "smtp", "smtps", "imap",
			"imaps", "ldap", "ldaps", "nats", "cassandra", "clickhouse", "cockroachdb", "snowflake", "neo4j", "bolt",
			"mqtt", "mqtts", "psycopg", "asyncpg", "pymysql", "hdfs", "ssh", "clickhousedb", "couchbase", "sqlite",
			"file", "classpath", "jar", "arn", "socks", "tcp", "udp", "unix");

	private static final Set<String> BARE = Set.of("com", "org", "net", "edu", "gov", "mil", "info", "biz");

	/** Only with a path, since files and methods end so too. */
	private static final Set<String> WITH_PATH = Set.of("io", "dev", "app", "ai", "co", "me", "tv", "us", "ca", "de",
			"fr", "nl", "it", "es", "eu", "ch", "at", "be", "se", "no", "dk", "fi", "pl", "cz", "in", "jp", "cn", "kr",
			"br", "au", "uk", "ru", "xyz", "online", "site", "tech", "cloud", "store", "shop", "blog", "ly", "gl", "gg",
			"ie", "nz", "sg", "hk", "int", "link", "page", "news");

	/** Where the first label of a name is one of these it is that of a package. */
	private static final Set<String> PACKAGES = Set.of("com", "org", "net", "edu", "gov", "java", "javax", "jakarta",
			"io", "dev", "asp", "vb", "ado", "ml", "system", "microsoft", "this", "self", "std", "node");

	private Urls() {
	}

	static boolean part(char c) {
		if (c >= 128) {
			return Character.isLetterOrDigit(c) || Character.isSurrogate(c);
		}
		return c > ' ' && "<>\"`{}|\\^[]".indexOf(c) < 0 && c != 127;
	}

	static boolean punctuation(char c) {
		return c < 128 && ".,;:!?)*'_~".indexOf(c) >= 0;
	}

	/** Whether a bracket was opened in the address that is not closed yet. */
	static boolean opened(Tape tape, int start, int position) {
		int open = 0;
		for (int index = Math.max(start, position - Tape.BEHIND); index < position; index++) {
			char c = tape.before(index);
			open += (c == '(') ? 1 : (c == ')' && open > 0) ? -1 : 0;
		}
		return open > 0;
	}

	/** A scheme ends at the colon; it began at the position, or shortly before it. */
	static void scheme(Tape tape, int position, int colon, Find find) {
		if (tape.at(colon + 1) != '/' || tape.at(colon + 2) != '/') {
			return;
		}
		int host = colon + 3;
		char first = tape.at(host);
		if (!Character.isLetterOrDigit(first) && first != '[' && first != ':' && first != '_' && first != '%') {
			return;
		}
		int end = password(tape, host, find);
		String scheme = lower(tape, position, colon);
		if (!SERVICES.contains(scheme) && first != ':') {
			int from = Math.max(host + 1, end);
			if (first == '[') {
				while (Chars.hex(tape.at(from)) || tape.at(from) == ':' || tape.at(from) == '.') {
					from++;
				}
				from += (tape.at(from) == ']') ? 1 : 0;
			}
			find.open(PiiType.URL, position, from, Rest.URL);
		}
	}

	/** What stands between the colon and the at sign before a host. */
	private static int password(Tape tape, int host, Find find) {
		int colon = -1;
		int sign = -1;
		int index = host;
		for (char c = tape.at(index); c != Tape.NONE && !Chars.space(c) && c != '/' && c != '"' && c != '\'' && c != '`'
				&& c != '<' && c != '>' && c != '?'; c = tape.at(index)) {
			if (c == ':' && colon < 0) {
				colon = index;
			}
			sign = (c == '@') ? index : sign;
			index++;
		}
		if (colon < 0 || sign <= colon + 1) {
			return host;
		}
		if (!placeholder(tape, colon + 1, sign)) {
			find.add(PiiType.PASSWORD, colon + 1, sign);
		}
		return sign;
	}

	private static boolean placeholder(Tape tape, int from, int to) {
		char first = tape.at(from);
		char last = tape.at(to - 1);
		if (first == '$' && (tape.at(from + 1) == '{' || tape.at(from + 1) == '(') || first == '{' || first == '['
				|| first == '%' && last == '%') {
			return true;
		}
		for (int index = from; index < to; index++) {
			if (tape.at(index) != '*' && tape.at(index) != 'x' && tape.at(index) != 'X' && tape.at(index) != '.') {
				return false;
			}
		}
		return true;
	}

	/** Names without a scheme: {@code www.example.com}, {@code example.com/path}. */
	static void bare(Tape tape, int position, int wordEnd, Find find) {
		char before = tape.before(position - 1);
		if (before == '@' || before == '.' || before == '-' || before == '_' || before == '/' || before == '\\'
				|| before == '$') {
			return;
		}
		if (wordEnd == position + 3 && tape.at(wordEnd) == '.' && Chars.word(tape.at(wordEnd + 1))
				&& lower(tape, position, wordEnd).equals("www")) {
			find.open(PiiType.URL, position, wordEnd + 2, Rest.URL);
			return;
		}
		int label = position;
		int index = position;
		int labels = 0;
		while (true) {
			while (Chars.word(tape.at(index)) || tape.at(index) == '-') {
				index++;
			}
			labels++;
			if (tape.at(index) != '.' || !Chars.word(tape.at(index + 1))) {
				break;
			}
			index++;
			label = index;
		}
		if (labels < 2 || index - label < 2 || index - label > 6) {
			return;
		}
		char next = tape.at(index);
		if (next == '@' || next == '(' || next == '_' || next == '=') {
			return;
		}
		String top = text(tape, label, index);
		boolean path = next == '/' && Chars.word(tape.at(index + 1));
		if ((BARE.contains(top) || path && WITH_PATH.contains(top) || labels >= 3 && commercial(tape, position, label))
				&& !PACKAGES.contains(firstLabel(tape, position))) {
			if (next == '/' || next == ':' && Chars.digit(tape.at(index + 1))
					|| next == '?' && Chars.word(tape.at(index + 1))) {
				find.open(PiiType.URL, position, index, Rest.URL);
			}
			else {
				find.add(PiiType.URL, position, index);
			}
		}
	}

	/** Such as {@code co.uk} and {@code com.au}. */
	private static boolean commercial(Tape tape, int position, int label) {
		int index = label - 2;
		int end = label - 1;
		while (index > position && tape.at(index) != '.') {
			index--;
		}
		String second = text(tape, index + 1, end);
		return (second.equals("co") || second.equals("com") || second.equals("org") || second.equals("ac")
				|| second.equals("gov")) && tape.at(label + 2) != '.' && Chars.latin(tape.at(label))
				&& Chars.latin(tape.at(label + 1)) && !Chars.word(tape.at(label + 2));
	}

	private static String firstLabel(Tape tape, int position) {
		int index = position;
		while (Chars.word(tape.at(index)) || tape.at(index) == '-') {
			index++;
		}
		return lower(tape, position, index);
	}

	private static String lower(Tape tape, int from, int to) {
		return text(tape, from, to).toLowerCase(Locale.ROOT);
	}

	private static String text(Tape tape, int from, int to) {
		return new String(tape.chars, from, to - from);
	}

}
