package dev.sluice.prompt.guardrail.local;

import java.util.Set;

/** E-mail addresses. */
final class Emails {

	private static final int LOCAL = 64;

	/** Names of pictures for dense screens look like addresses otherwise. */
	private static final Set<String> FILES = Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js");

	private final Tape tape;

	/** All characters up to here are of one local part that was looked through. */
	private int passed;

	Emails(Tape tape) {
		this.tape = tape;
	}

	void clear() {
		this.passed = 0;
	}

	void shift(int dropped) {
		this.passed = Math.max(this.passed - dropped, 0);
	}

	void find(int position, Find find) {
		int index = Math.max(position, this.passed);
		while (local(this.tape.at(index))) {
			index++;
		}
		char next = this.tape.at(index);
		if (next == '@') {
			if (index - position <= LOCAL && index > position) {
				address(position, index, find);
			}
			return;
		}
		if (next == '(' || next == '[' || next == '{') {
			int domain = bracketed(index, 'a', 't');
			if (domain > 0 && index > position) {
				hidden(position, domain, find);
			}
		}
		if (!this.tape.starved) {
			this.passed = index;
		}
	}

	/** At a bracket: the name before it has gone, the rest of the address need not. */
	void bracket(int position, Find find) {
		if (Chars.space(this.tape.before(position - 1)) && Chars.word(this.tape.before(position - 2))) {
			int domain = bracketed(position, 'a', 't');
			if (domain > 0) {
				hidden(position, domain, find);
			}
		}
	}

	private void address(int start, int sign, Find find) {
		int end = domain(sign + 1, false);
		if (end < 0 || authority(start)) {
			return;
		}
		boolean remote = sign == start + 3 && this.tape.at(start) == 'g' && this.tape.at(start + 1) == 'i'
				&& this.tape.at(start + 2) == 't' && this.tape.at(end) == ':';
		if (!remote) {
			find.add(PiiType.EMAIL, start, end);
		}
	}

	/** Whether this is the user and the host of a URL. */
	private boolean authority(int start) {
		for (int back = start - 1; back > start - 100; back--) {
			char c = this.tape.before(back);
			if (c == '/') {
				return this.tape.before(back - 1) == '/' && this.tape.before(back - 2) == ':';
			}
			if (c == Tape.NONE || Chars.space(c) || c == '"' || c == '?') {
				return false;
			}
		}
		return false;
	}

	private void hidden(int start, int domain, Find find) {
		int from = domain;
		from += (this.tape.at(from) == ' ') ? 1 : 0;
		int end = domain(from, true);
		if (end > 0) {
			find.add(PiiType.EMAIL, start, end);
		}
	}

	/** The end of a domain with at least two labels, or -1. */
	private int domain(int from, boolean dots) {
		int end = -1;
		int label = from;
		int labels = 0;
		while (true) {
			int index = label;
			boolean letters = true;
			for (char c = this.tape.at(index); Chars.word(c) || c == '-' && index > label; c = this.tape.at(index)) {
				letters &= Chars.letter(c);
				index++;
			}
			while (index > label && this.tape.at(index - 1) == '-') {
				index--;
			}
			if (index == label) {
				return end;
			}
			if (end > 0 && Chars.is(this.tape.at(label), Chars.UPPER)
					&& !Chars.is(this.tape.at(label - 2), Chars.UPPER)) {
				return end;
			}
			labels++;
			if (labels > 1 && (letters && index - label >= 2 || index - label > 4 && this.tape.at(label) == 'x'
					&& this.tape.at(label + 1) == 'n' && this.tape.at(label + 2) == '-')) {
				if (labels == 2 && index - label <= 4
						&& FILES.contains(new String(this.tape.chars, label, index - label))) {
					return -1;
				}
				end = index;
			}
			if (this.tape.at(index) == '.') {
				label = index + 1;
			}
			else {
				int next = dots ? dot(index) : -1;
				if (next < 0) {
					return end;
				}
				label = next;
			}
		}
	}

	private int dot(int index) {
		int from = index + ((this.tape.at(index) == ' ') ? 1 : 0);
		char c = this.tape.at(from);
		if (c != '(' && c != '[' && c != '{' || lower(from + 1) != 'd' || lower(from + 2) != 'o'
				|| lower(from + 3) != 't' || !closing(this.tape.at(from + 4))) {
			return -1;
		}
		return from + 5 + ((this.tape.at(from + 5) == ' ') ? 1 : 0);
	}

	private int bracketed(int index, char first, char second) {
		return (lower(index + 1) == first && lower(index + 2) == second && closing(this.tape.at(index + 3))) ? index + 4
				: -1;
	}

	private static boolean closing(char c) {
		return c == ')' || c == ']' || c == '}';
	}

	private char lower(int index) {
		return Keyword.lower(this.tape.at(index));
	}

	private static boolean local(char c) {
		return Chars.word(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '%' || c == '\'' || c == '&';
	}

}
