package dev.sluice.prompt.guardrail.local;

import static dev.sluice.prompt.guardrail.local.PiiType.AGE;
import static dev.sluice.prompt.guardrail.local.PiiType.CA_HEALTH_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.CA_SOCIAL_INSURANCE_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.CREDIT_DEBIT_CARD_CVV;
import static dev.sluice.prompt.guardrail.local.PiiType.CREDIT_DEBIT_CARD_EXPIRY;
import static dev.sluice.prompt.guardrail.local.PiiType.CREDIT_DEBIT_CARD_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.PHONE;
import static dev.sluice.prompt.guardrail.local.PiiType.PIN;
import static dev.sluice.prompt.guardrail.local.PiiType.UK_NATIONAL_HEALTH_SERVICE_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.US_BANK_ACCOUNT_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.US_BANK_ROUTING_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER;
import static dev.sluice.prompt.guardrail.local.PiiType.US_SOCIAL_SECURITY_NUMBER;

/**
 * Numbers in groups of digits. The groups that stand together are read once; every rule
 * then looks at their sizes, at what separates them and at the words before.
 */
final class Numbers {

	private static final int GROUPS = 12;

	private static final int DIGITS = 48;

	private final Tape tape;

	private final Context context;

	private final char[] digits = new char[DIGITS];

	/** For each group, where it starts and ends, and its digits with those before it. */
	private final int[] starts = new int[GROUPS];

	private final int[] ends = new int[GROUPS];

	private final int[] totals = new int[GROUPS];

	/** What stands before each group: one character that says it all. */
	private final char[] separators = new char[GROUPS];

	private int groups;

	Numbers(Tape tape, Context context) {
		this.tape = tape;
		this.context = context;
	}

	/**
	 * At a digit, a plus or an opening bracket before digits.
	 * @param follows whether the digits just before were found to be something
	 */
	void find(int position, boolean follows, Find find) {
		char first = this.tape.at(position);
		if (first == '+' || first == '(') {
			if (find.wants(PHONE) && Chars.digit(this.tape.at(position + 1))
					&& !Chars.word(this.tape.before(position - 1))) {
				signed(position, first, find);
			}
			return;
		}
		char before = this.tape.before(position - 1);
		if (Chars.word(before) || glued(position, before)) {
			return;
		}
		read(position);
		long near = this.context.near(position, 40);
		if (this.groups == 1 && this.totals[0] < 3) {
			few(position, near, find);
			return;
		}
		few(position, near, find);
		if (this.totals[this.groups - 1] < 7) {
			return;
		}
		boolean other = other(position);
		card(near, find);
		taxpayer(near, other, find);
		insurance(near, other, find);
		health(near, find);
		bank(near, find);
		boolean middle = (before == ' ' || before == '\u00a0') && Chars.digit(this.tape.before(position - 2))
				&& !follows;
		if (find.wants(PHONE) && !middle) {
			phone(position, near, other, find);
		}
	}

	/** Whether what stands before makes the digits the middle of something else. */
	private boolean glued(int position, char before) {
		char further = this.tape.before(position - 2);
		return switch (before) {
			case '.' -> Chars.word(further);
			case ',' -> Chars.digit(further) && !column(position);
			case '/' -> Chars.digit(further);
			case ':' -> Chars.digit(further) && Chars.digit(this.tape.before(position - 3));
			case '-', '–' -> Chars.word(further);
			case '$', '€', '£', '¥', '#' -> before != '#' && true;
			default -> false;
		};
	}

	/**
	 * Whether a comma before parts the columns of a table, not the digits of a number.
	 */
	private boolean column(int position) {
		int index = position;
		while (index < position + 9 && Chars.digit(this.tape.at(index))) {
			index++;
		}
		boolean fraction = this.tape.before(position - 2) == '0' && !Chars.digit(this.tape.before(position - 3));
		return (index == position + 9) ? !fraction : index > position + 2 && this.tape.at(index) == '-';
	}

	/** Whether the nearest word before says that this is the number of something else. */
	private boolean other(int position) {
		int order = this.context.last(Keyword.ORDER, 0);
		if (order < 0 || this.context.end(order) + 28 < position) {
			return false;
		}
		int own = this.context.last(Keyword.PHONE | Keyword.CALL | Keyword.SSN | Keyword.SOCIAL | Keyword.ITIN
				| Keyword.SIN | Keyword.CARD | Keyword.NHS | Keyword.ACCOUNT | Keyword.ROUTING, 0);
		return own < 0 || own > order;
	}

	/** Whether such a word stands right before, as in "order no. 123-45-6789". */
	private boolean labelled() {
		int order = this.context.last(Keyword.ORDER, 0);
		if (order < 0) {
			return false;
		}
		int index = this.context.end(order);
		if (index + 16 < this.starts[0]) {
			return false;
		}
		for (int back = order - 1; back >= 0; back--) {
			if (!any(this.context.kinds(back), Keyword.ID | Keyword.ORDER | Keyword.CODE)
					|| !quiet(index, this.context.start(back))) {
				return false;
			}
			index = this.context.end(back);
		}
		return quiet(index, this.starts[0]);
	}

	/** Whether only what joins a name and its number stands between; "is" may. */
	private boolean quiet(int from, int to) {
		for (int index = from; index < to; index++) {
			char c = this.tape.before(index);
			boolean is = (c == 'i' || c == 's') && to - from <= 5;
			if (!is && c != ' ' && c != '#' && c != ':' && c != '=' && c != '.' && c != '"' && c != '-' && c != '_'
					&& c != '(' && c != '[') {
				return false;
			}
		}
		return true;
	}

	private boolean device(int position) {
		int device = this.context.last(Keyword.DEVICE, 0);
		return device >= 0 && this.context.end(device) + 28 >= position;
	}

	private void read(int position) {
		this.groups = 0;
		int count = 0;
		int index = position;
		char separator = Tape.NONE;
		while (true) {
			int start = index;
			while (count < DIGITS && Chars.digit(this.tape.at(index))) {
				this.digits[count++] = this.tape.at(index);
				index++;
			}
			this.starts[this.groups] = start;
			this.ends[this.groups] = index;
			this.totals[this.groups] = count;
			this.separators[this.groups++] = separator;
			if (this.groups == GROUPS || count == DIGITS) {
				return;
			}
			int next = separated(index);
			if (next < 0) {
				return;
			}
			separator = (next == index + 1) ? plain(this.tape.at(index)) : (next == index + 3) ? '-' : '(';
			index = next;
		}
	}

	private static char plain(char c) {
		return switch (c) {
			case '\u00a0', '\u202f', '\u2009' -> ' ';
			case '–', '‑', '‐' -> '-';
			case ')' -> '(';
			default -> c;
		};
	}

	/** Where the next group starts, or -1. */
	private int separated(int index) {
		char first = this.tape.at(index);
		if (!separator(first)) {
			return -1;
		}
		char second = this.tape.at(index + 1);
		if (Chars.digit(second)) {
			return index + 1;
		}
		boolean bracket = first == ')' && (second == ' ' || second == '-')
				|| (first == ' ' || first == '-') && second == '(';
		boolean spaced = first == ' ' && (second == '-' || second == '–');
		if (!bracket && !spaced) {
			return -1;
		}
		char third = this.tape.at(index + 2);
		if (bracket && Chars.digit(third)) {
			return index + 2;
		}
		return (spaced && third == ' ' && Chars.digit(this.tape.at(index + 3))) ? index + 3 : -1;
	}

	private static boolean separator(char c) {
		return switch (c) {
			case ' ', '-', '.', '/', '(', ')', '\u00a0', '\u202f', '\u2009', '–', '‑', '‐' -> true;
			default -> false;
		};
	}

	private int size(int group) {
		return this.totals[group] - ((group > 0) ? this.totals[group - 1] : 0);
	}

	/** Whether the groups have these sizes and the same separator between them all. */
	private boolean shaped(int... sizes) {
		if (this.groups < sizes.length) {
			return false;
		}
		for (int group = 0; group < sizes.length; group++) {
			if (size(group) != sizes[group] || group > 1 && this.separators[group] != this.separators[1]) {
				return false;
			}
		}
		return true;
	}

	/** Whether a number may end with that group. */
	private boolean closed(int group) {
		int end = this.ends[group];
		char next = this.tape.at(end);
		if (Chars.word(next) || next == '_') {
			return false;
		}
		if (next == ',' && (this.totals[group] >= 12 || group > 1 && this.separators[group] == '-')) {
			return true;
		}
		if (next == '-' || next == '.' || next == ',' || next == ':' || next == '–') {
			char after = this.tape.at(end + 1);
			return !Chars.digit(after) && !(next == '-' && Chars.letter(after));
		}
		return next != '/' || !Chars.digit(this.tape.at(end + 1)) || group == this.groups - 1;
	}

	private static boolean all(long near, long wanted) {
		return (near & wanted) == wanted;
	}

	private static boolean any(long near, long wanted) {
		return (near & wanted) != 0;
	}

	private void card(long near, Find find) {
		if (!find.wants(CREDIT_DEBIT_CARD_NUMBER)) {
			return;
		}
		for (int group = Math.min(this.groups, 5) - 1; group >= 0; group--) {
			int total = this.totals[group];
			if (total < 12 || total > 19 || !cardShape(group) || !closed(group) && !dated(group)) {
				continue;
			}
			int likely = Checks.card(this.digits, total);
			if (likely == 2 && !device(this.starts[0]) || likely == 1 && any(near, Keyword.CARD)) {
				find.add(CREDIT_DEBIT_CARD_NUMBER, this.starts[0], this.ends[group]);
				return;
			}
		}
	}

	/** Whether a slash and the date of a card follow. */
	private boolean dated(int group) {
		if (this.tape.at(this.ends[group]) != '/' || group + 1 >= this.groups) {
			return false;
		}
		int size = size(group + 1);
		return size == 2 || size == 4;
	}

	private boolean cardShape(int last) {
		for (int group = 1; group <= last; group++) {
			if (this.separators[group] != this.separators[1] || this.separators[group] == '(') {
				return false;
			}
		}
		if (last == 0) {
			return true;
		}
		int first = size(0);
		int second = size(1);
		return (first == 4 && (second == 4 || second == 6 || second == 3 || second == 5) || first == 6 || first == 8
				|| first == 5) && size(last) <= 13;
	}

	/** The American social security number and the taxpayer's number in its shape. */
	private void taxpayer(long near, boolean other, Find find) {
		boolean ssn = any(near, Keyword.SSN) || all(near, Keyword.SOCIAL | Keyword.SECURITY);
		boolean itin = any(near, Keyword.ITIN | Keyword.TAX);
		int last;
		if (shaped(3, 2, 4)
				&& (this.separators[1] == '-' || this.separators[1] == ' ' || (ssn && this.separators[1] == '.'))) {
			last = 2;
			if (!ssn && !itin && (this.separators[1] == '-' ? labelled() : other)) {
				return;
			}
		}
		else if (size(0) == 9 && (ssn || itin)) {
			last = 0;
		}
		else {
			return;
		}
		if (!closed(last)) {
			return;
		}
		if (Checks.socialSecurity(this.digits)) {
			if (last == 2 || ssn) {
				find.add(US_SOCIAL_SECURITY_NUMBER, this.starts[0], this.ends[last]);
			}
		}
		else if (Checks.individualTaxpayer(this.digits)) {
			find.add(US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER, this.starts[0], this.ends[last]);
		}
	}

	private void insurance(long near, boolean other, Find find) {
		if (!find.wants(CA_SOCIAL_INSURANCE_NUMBER)) {
			return;
		}
		boolean named = any(near, Keyword.SIN) && !called(Keyword.SIN) || all(near, Keyword.SOCIAL | Keyword.INSURANCE)
				|| any(near, Keyword.CANADA);
		int last = shaped(3, 3, 3) ? 2 : (size(0) == 9) ? 0 : -1;
		if (last < 0 || !closed(last) || !Checks.luhn(this.digits, 9) || this.digits[0] == '0' && !named) {
			return;
		}
		boolean dashed = last == 2 && this.separators[1] == '-' && !other && !any(near, Keyword.PHONE);
		if (named || dashed) {
			find.add(CA_SOCIAL_INSURANCE_NUMBER, this.starts[0], this.ends[last]);
		}
	}

	/** Whether the word is the name of a function. */
	private boolean called(long kind) {
		return this.tape.before(this.context.end(this.context.last(kind, 0))) == '(';
	}

	private void health(long near, Find find) {
		int ten = shaped(3, 3, 4) ? 2 : (shaped(4, 3, 3)) ? 2 : (size(0) == 10) ? 0 : -1;
		if (find.wants(UK_NATIONAL_HEALTH_SERVICE_NUMBER) && ten >= 0 && closed(ten)
				&& any(near, Keyword.NHS | Keyword.HEALTH) && !any(near, Keyword.CA_HEALTH)
				&& Checks.nhs(this.digits)) {
			find.add(UK_NATIONAL_HEALTH_SERVICE_NUMBER, this.starts[0], this.ends[ten]);
		}
		if (find.wants(CA_HEALTH_NUMBER) && (any(near, Keyword.CA_HEALTH)
				|| any(near, Keyword.HEALTH) && any(near, Keyword.CARD | Keyword.CANADA | Keyword.INSURANCE))) {
			int last = (ten >= 0) ? ten : shaped(4, 4, 4) ? 2 : shaped(4, 4, 2) ? 2
					: shaped(5, 4) ? 1 : shaped(3, 3, 3) ? 2 : (size(0) == 9 || size(0) == 12) ? 0 : -1;
			if (last >= 0) {
				int end = this.ends[last];
				char next = this.tape.at(end);
				int version = (next == '-' || next == ' ') ? end + 1 : end;
				if (Chars.upper(this.tape.at(version)) && Chars.upper(this.tape.at(version + 1))
						&& !Chars.word(this.tape.at(version + 2))) {
					end = version + 2;
				}
				if (!Chars.word(this.tape.at(end))) {
					find.add(CA_HEALTH_NUMBER, this.starts[0], end);
				}
			}
		}
		if (find.wants(UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER)
				&& (any(near, Keyword.UTR) || any(near, Keyword.UNIQUE) && any(near, Keyword.TAX | Keyword.SSN))) {
			int last = (size(0) == 10) ? 0
					: shaped(5, 5) ? 1 : shaped(3, 3, 4) ? 2 : shaped(3, 5, 2) ? 2 : shaped(2, 4, 4) ? 2 : -1;
			if (last >= 0 && closed(last)) {
				find.add(UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER, this.starts[0], this.ends[last]);
			}
		}
	}

	private void bank(long near, Find find) {
		boolean routing = any(near, Keyword.ROUTING);
		int nine = (size(0) == 9) ? 0 : shaped(4, 4, 1) ? 2 : shaped(3, 3, 3) ? 2 : -1;
		if (find.wants(US_BANK_ROUTING_NUMBER) && routing && nine >= 0 && closed(nine) && Checks.routing(this.digits)) {
			find.add(US_BANK_ROUTING_NUMBER, this.starts[0], this.ends[nine]);
		}
		int account = this.context.last(Keyword.ACCOUNT, 0);
		if (find.wants(US_BANK_ACCOUNT_NUMBER) && account >= 0 && this.context.end(account) + 40 >= this.starts[0]
				&& accountAlone(account)) {
			int last = this.groups - 1;
			while (last > 0
					&& (this.totals[last] > 17 || this.separators[last] == '(' || this.separators[last] == '/')) {
				last--;
			}
			if (this.totals[last] >= 6 && this.totals[last] <= 17 && closed(last)
					&& strangers(account) <= ((this.totals[last] < 8) ? 0 : 1)) {
				find.add(US_BANK_ACCOUNT_NUMBER, this.starts[0], this.ends[last]);
			}
		}
	}

	/** Whether no word stands between that gives the number another meaning. */
	private boolean accountAlone(int account) {
		for (int back = 0; back < account; back++) {
			if (any(this.context.kinds(back), Keyword.ROUTING | Keyword.PHONE | Keyword.CARD | Keyword.SSN
					| Keyword.ORDER | Keyword.AWS | Keyword.CALL)) {
				return false;
			}
		}
		return !any(this.context.kinds(account + 1), Keyword.AWS) && !this.id(account);
	}

	/** How many words stand between that do not belong to an account's number. */
	private int strangers(int account) {
		int strangers = 0;
		int index = this.context.end(account);
		for (int position = this.starts[0]; index < position; index++) {
			if (!Chars.letter(this.tape.before(index))) {
				continue;
			}
			int start = index;
			while (index < position && Chars.letter(this.tape.before(index))) {
				index++;
			}
			long kinds = Keyword.kinds(this.tape.chars, start, index);
			if (index - start > 2 && !any(kinds, Keyword.ID | Keyword.BANK | Keyword.ACCOUNT)) {
				strangers++;
			}
		}
		return strangers;
	}

	/** An account's id, as clouds have them, is not that of a bank. */
	private boolean id(int account) {
		return account > 0 && this.context.end(account - 1) - this.context.start(account - 1) == 2
				&& Keyword.lower(this.tape.before(this.context.start(account - 1))) == 'i';
	}

	/** Numbers of few digits, which only the words beside them tell. */
	private void few(int position, long near, Find find) {
		if (find.wants(AGE)) {
			age(position, near, find);
		}
		if (find.wants(PIN) && any(near, Keyword.PIN) && this.groups > 0 && size(0) >= 4 && size(0) <= 8
				&& near(Keyword.PIN, 16) && closed(0)) {
			find.add(PIN, this.starts[0], this.ends[0]);
		}
		boolean code = near(Keyword.CVV, 20)
				|| all(near, Keyword.SECURITY | Keyword.CODE) && near(Keyword.CODE, 12) && any(near, Keyword.CARD)
				|| all(near, Keyword.SECURITY | Keyword.CODE) && near(Keyword.CODE, 6);
		if (find.wants(CREDIT_DEBIT_CARD_CVV) && code && (size(0) == 3 || size(0) == 4) && closed(0)
				&& !(this.groups > 1 && this.separators[1] == '/')) {
			find.add(CREDIT_DEBIT_CARD_CVV, this.starts[0], this.ends[0]);
		}
		if (find.wants(CREDIT_DEBIT_CARD_EXPIRY)) {
			expiry(position, near, find);
		}
	}

	private boolean near(long kind, int distance) {
		int back = this.context.last(kind, 0);
		return back >= 0 && this.context.end(back) + distance >= this.starts[0];
	}

	private void expiry(int position, long near, Find find) {
		boolean card = any(this.context.near(position, Context.REACH), Keyword.CARD | Keyword.CVV);
		boolean said = any(near, Keyword.EXPIRY) && near(Keyword.EXPIRY, 24)
				&& (card || near(Keyword.EXPIRY, 8) && colon(position) || any(near, Keyword.DATE | Keyword.VALID)
						|| near(Keyword.EXPIRY, 1) && exp());
		if (!said && !(card && near(Keyword.VALID, 14))) {
			return;
		}
		int end = monthAndYear();
		if (end > 0) {
			find.add(CREDIT_DEBIT_CARD_EXPIRY, position, end);
		}
	}

	/** Whether it is said as cards say it. */
	private boolean exp() {
		int expiry = this.context.last(Keyword.EXPIRY, 0);
		return this.context.end(expiry) - this.context.start(expiry) == 3;
	}

	private boolean colon(int position) {
		for (int back = 1; back <= 3; back++) {
			char c = this.tape.before(position - back);
			if (c == ':' || c == '=') {
				return true;
			}
		}
		return false;
	}

	/** Such as 12/27, 12-2027 and 2027-12. */
	private int monthAndYear() {
		int first = size(0);
		if (this.groups > 1 && (this.separators[1] == '/' || this.separators[1] == '-' || this.separators[1] == '.')) {
			if (this.groups > 2 && this.separators[2] == this.separators[1]) {
				return -1;
			}
			int second = size(1);
			int month = (first <= 2) ? Checks.number(this.digits, 0, first)
					: Checks.number(this.digits, 4, 4 + Math.min(second, 2));
			boolean shape = first <= 2 && (second == 2 || second == 4) || first == 4 && second == 2;
			return (shape && month >= 1 && month <= 12 && closed(1)) ? this.ends[1] : -1;
		}
		if (this.groups == 1 && first <= 2 && this.tape.at(this.ends[0]) == ' '
				&& this.tape.at(this.ends[0] + 1) == '/') {
			int index = this.ends[0] + 2;
			index += (this.tape.at(index) == ' ') ? 1 : 0;
			int start = index;
			while (index < start + 5 && Chars.digit(this.tape.at(index))) {
				index++;
			}
			return (index - start == 2 || index - start == 4) ? index : -1;
		}
		if (this.groups == 1 && first == 4 && !Chars.word(this.tape.at(this.ends[0]))) {
			int month = Checks.number(this.digits, 0, 2);
			return (month >= 1 && month <= 12 && Checks.number(this.digits, 2, 4) >= 20) ? this.ends[0] : -1;
		}
		return -1;
	}

	private void age(int position, long near, Find find) {
		int years = (size(0) <= 3) ? Checks.number(this.digits, 0, this.totals[0]) : 0;
		if (years < 1 || years > 120) {
			return;
		}
		int end = this.ends[0];
		int old = old(end);
		if (old > 0 && !thing(old)) {
			find.add(AGE, position, old);
		}
		else if (old < 0 && any(near, Keyword.AGE) && near(Keyword.AGE, 8) && besideAge(position) && closed(0)) {
			char next = this.tape.at(end);
			if (next != '+' && next != '-' && next != '%' && !(next == ' ' && this.groups > 1)) {
				find.add(AGE, position, end);
			}
		}
	}

	/** Whether it is the age of a building, a company or a whisky. */
	private boolean thing(int old) {
		if (near(Keyword.THING, 5)) {
			return true;
		}
		if (this.tape.at(old) != ' ') {
			return false;
		}
		int index = old + 1;
		while (index < old + 16 && Chars.letter(this.tape.at(index))) {
			index++;
		}
		return any(Keyword.kinds(this.tape.chars, old + 1, index), Keyword.THING);
	}

	/** Whether at most a colon, an equals sign, a quote or "is" stands in between. */
	private boolean besideAge(int position) {
		int age = this.context.last(Keyword.AGE, 0);
		int from = this.context.end(age);
		boolean tag = this.tape.before(this.context.start(age) - 1) == '<';
		for (int index = from; index < position; index++) {
			char c = this.tape.before(index);
			if ((c == '<' || c == '>') && !tag) {
				return false;
			}
			if (Chars.word(c) && c != 'i' && c != 's' && c != 'o' && c != 'f' || c == '.' || c == '(') {
				return false;
			}
		}
		return true;
	}

	/** Where "years old" and its like end, or -1. */
	private int old(int from) {
		int index = from;
		char gap = this.tape.at(index);
		index += (gap == ' ' || gap == '-') ? 1 : 0;
		char y = Keyword.lower(this.tape.at(index));
		if (y == 'j' && word(index, "jahre alt") > 0 && !Chars.word(this.tape.at(index + 9))) {
			return index + 9;
		}
		if (y == 'a' && gap == ' ' && this.have()) {
			int end = word(index, "ans");
			end = (end > 0) ? end : word(index, "años");
			end = (end > 0) ? end : word(index, "anos");
			end = (end > 0) ? end : word(index, "anni");
			return (end > 0 && !Chars.word(this.tape.at(end))) ? end : -1;
		}
		if (y == 'm' && word(index, "months") > 0) {
			index = word(index, "months");
		}
		else if (y != 'y') {
			return -1;
		}
		else if (word(index, "yo") > 0 && !Chars.word(this.tape.at(index + 2))) {
			return index + 2;
		}
		else if (word(index, "y/o") > 0) {
			return index + 3;
		}
		else if (word(index, "y.o.") > 0) {
			return index + 4;
		}
		else if (word(index, "year") > 0) {
			index += 4;
			index += (Keyword.lower(this.tape.at(index)) == 's') ? 1 : 0;
		}
		else if (word(index, "yr") > 0) {
			index += 2;
			index += (Keyword.lower(this.tape.at(index)) == 's') ? 1 : 0;
			index += (this.tape.at(index) == '.') ? 1 : 0;
		}
		else {
			return -1;
		}
		char between = this.tape.at(index);
		if (between != ' ' && between != '-') {
			return -1;
		}
		int end = word(index + 1, "old");
		end = (end > 0) ? end : word(index + 1, "of age");
		return (end > 0 && !Chars.word(this.tape.at(end))) ? end : -1;
	}

	/** Whether the word before is "have", as languages of the south say it of years. */
	private boolean have() {
		int end = this.starts[0] - 1;
		int start = end;
		while (start > 0 && end - start < 7 && Chars.letter(this.tape.before(start - 1))) {
			start--;
		}
		return this.tape.before(end) == ' ' && any(Keyword.kinds(this.tape.chars, start, end), Keyword.HAVE);
	}

	private int word(int index, String word) {
		for (int place = 0; place < word.length(); place++) {
			if (Keyword.lower(this.tape.at(index + place)) != word.charAt(place)) {
				return -1;
			}
		}
		return index + word.length();
	}

	private void signed(int position, char sign, Find find) {
		read(position + 1);
		if (sign == '+') {
			if (this.tape.before(position - 1) != '+') {
				international(position, 0, find);
			}
			return;
		}
		// (212) 555-1234, (020) 7946 0958, (11) 98765-4321, (+49) …
		int area = size(0);
		if (this.groups < 2 || area < 2 || area > 5 || this.tape.at(this.ends[0]) != ')') {
			return;
		}
		if (other(position)) {
			return;
		}
		for (int group = this.groups - 1; group > 0; group--) {
			int total = this.totals[group];
			boolean zero = this.digits[0] == '0';
			if (total < 9 || total > (zero ? 12 : 11) || !closed(group)) {
				continue;
			}
			boolean american = area == 3 && !zero && total == 10 && size(group) >= 4;
			if (american || Phones.national(new String(this.digits, 0, total), false)) {
				find.add(PHONE, position, extension(this.ends[group]));
				return;
			}
		}
	}

	private void international(int start, int zeros, Find find) {
		for (int group = this.groups - 1; group >= 0; group--) {
			int total = this.totals[group] - zeros;
			if (total < 7 || total > 16 || !closed(group)) {
				continue;
			}
			String digits = new String(this.digits, zeros, total);
			// +44 (0)20 …
			for (int inner = 1; inner <= Math.min(group, 2); inner++) {
				int zero = this.totals[inner] - 1 - zeros;
				if (zero > 0 && size(inner) == 1 && this.separators[inner] == '(' && this.digits[zero + zeros] == '0') {
					digits = digits.substring(0, zero) + digits.substring(zero + 1);
					break;
				}
			}
			if (Phones.international(digits)) {
				find.add(PHONE, start, extension(this.ends[group]));
				return;
			}
		}
	}

	private int extension(int end) {
		int index = end;
		index += (this.tape.at(index) == ',') ? 1 : 0;
		index += (this.tape.at(index) == ' ') ? 1 : 0;
		char c = Keyword.lower(this.tape.at(index));
		if (c == 'x') {
			index++;
		}
		else if (c == 'e' && word(index, "ext") > 0) {
			index = (word(index, "extension") > 0) ? index + 9 : index + 3;
			index += (this.tape.at(index) == '.') ? 1 : 0;
		}
		else {
			return end;
		}
		index += (this.tape.at(index) == ' ') ? 1 : 0;
		int start = index;
		while (index < start + 6 && Chars.digit(this.tape.at(index))) {
			index++;
		}
		return (index > start && !Chars.word(this.tape.at(index))) ? index : end;
	}

	private void phone(int position, long near, boolean other, Find find) {
		boolean said = any(near, Keyword.PHONE) || any(near, Keyword.CALL);
		int total = this.totals[this.groups - 1];
		if (this.digits[0] == '0' && this.digits[1] == '0' && total >= 10 && !other) {
			international(position, 2, find);
			if (!find.isEmpty()) {
				return;
			}
		}
		if (other || date() || named(position)) {
			return;
		}
		int american = american();
		if (american >= 0 && closed(american)) {
			find.add(PHONE, position, extension(this.ends[american]));
			return;
		}
		boolean zero = this.digits[0] == '0';
		for (int group = this.groups - 1; group >= 0; group--) {
			total = this.totals[group];
			if (total < 7 || total > 13 || !closed(group) || !evenly(group)) {
				continue;
			}
			boolean looks;
			if (said) {
				looks = total >= 9 ? !any(near, Keyword.SSN | Keyword.CARD) || near(Keyword.PHONE | Keyword.CALL, 24)
						: group > 0 || near(Keyword.PHONE, 16);
			}
			else if (zero && group > 0) {
				looks = total >= 9 && total <= 12 && size(0) >= 2
						&& Phones.national(new String(this.digits, 0, total), false);
			}
			else if (zero) {
				looks = total >= 10 && total <= 11 && Phones.national(new String(this.digits, 0, total), true);
			}
			else {
				looks = false;
			}
			if (looks) {
				find.add(PHONE, position, extension(this.ends[group]));
				return;
			}
		}
	}

	/** Whether the last word before gives the number another name. */
	private boolean named(int position) {
		int name = this.context.last(Keyword.NHS | Keyword.UTR | Keyword.SIN | Keyword.ROUTING | Keyword.ITIN
				| Keyword.SSN | Keyword.CA_HEALTH | Keyword.DRIVER_ID | Keyword.PASSPORT, 0);
		if (name < 0 || this.context.end(name) + 24 < position) {
			return false;
		}
		int phone = this.context.last(Keyword.PHONE | Keyword.CALL, 0);
		return phone < 0 || phone > name;
	}

	/** 212-555-1234 and 1-800-555-0199, or -1. */
	private int american() {
		int area = 0;
		if (this.digits[0] == '1' && size(0) == 1) {
			area = 1;
		}
		if (this.groups < area + 3 || size(area) != 3 || size(area + 1) != 3 || size(area + 2) != 4) {
			return -1;
		}
		char separator = this.separators[area + 2];
		boolean same = this.separators[area + 1] == separator || this.separators[area + 1] == '(';
		boolean known = separator == '-' || this.digits[area] >= '2';
		return (same && known && separator != '/') ? area + 2 : -1;
	}

	/** Whether this is the kind of grouping that people use for telephone numbers. */
	private boolean evenly(int last) {
		int kinds = 0;
		char other = Tape.NONE;
		for (int group = 1; group <= last; group++) {
			if (size(group) < 2 && this.separators[group] != '(') {
				return false;
			}
			if (this.separators[group] != other) {
				kinds++;
				other = this.separators[group];
			}
		}
		return kinds <= 2;
	}

	/** Whether the groups begin with a date: 2024-01-15, 15.01.2024, 01/15/24. */
	private boolean date() {
		if (this.groups < 3 || this.separators[1] != this.separators[2] || this.separators[1] == ' ') {
			return false;
		}
		int first = size(0);
		int second = size(1);
		int third = size(2);
		if (first == 4 && second <= 2 && third <= 2) {
			return true;
		}
		if (first > 2 || second > 2 || third != 4) {
			return false;
		}
		int year = Checks.number(this.digits, this.totals[1], this.totals[2]);
		return year >= 1800 && year < 2200;
	}

}
