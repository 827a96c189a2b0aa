package dev.sluice.prompt.guardrail.local;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds personal data and secrets, word by word and number by number. A word of prose
 * costs a look at its letters; only what might be something goes through the rules.
 */
final class PiiScan {

	/** Letters in a row from which on a word may be a token. */
	private static final int LONG = 16;

	private static final long NUMBERS = bits(PiiType.PHONE, PiiType.CREDIT_DEBIT_CARD_NUMBER, PiiType.AGE, PiiType.PIN,
			PiiType.CREDIT_DEBIT_CARD_CVV, PiiType.CREDIT_DEBIT_CARD_EXPIRY, PiiType.US_SOCIAL_SECURITY_NUMBER,
			PiiType.US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER, PiiType.CA_SOCIAL_INSURANCE_NUMBER,
			PiiType.CA_HEALTH_NUMBER, PiiType.UK_NATIONAL_HEALTH_SERVICE_NUMBER,
			PiiType.UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER, PiiType.US_BANK_ACCOUNT_NUMBER,
			PiiType.US_BANK_ROUTING_NUMBER);

	private static final long ADDRESSES = bits(PiiType.IP_ADDRESS, PiiType.MAC_ADDRESS);

	private static final long SAID = bits(PiiType.SWIFT_CODE, PiiType.US_PASSPORT_NUMBER, PiiType.DRIVER_ID,
			PiiType.LICENSE_PLATE, PiiType.CA_HEALTH_NUMBER, PiiType.CREDIT_DEBIT_CARD_EXPIRY);

	private static final long VALUES = bits(PiiType.PASSWORD, PiiType.API_KEY, PiiType.USERNAME,
			PiiType.AWS_SECRET_KEY);

	private final Tape tape;

	private final Regions regions;

	private final Context context = new Context();

	private final Find find;

	private final Emails emails;

	private final Numbers numbers;

	private final Tokens tokens;

	private final Values values;

	private final Options options;

	/** All before it is decided. */
	private int position;

	/** Numbers that start before it belong to one that was found. */
	private int counted;

	private @Nullable Rest rest;

	private int restStart;

	PiiScan(Set<PiiType> types, Tape tape, Regions regions) {
		this.tape = tape;
		this.regions = regions;
		this.find = new Find(types.stream().mapToLong(PiiType::bit).reduce(0, (one, other) -> one | other));
		this.emails = new Emails(tape);
		this.numbers = new Numbers(tape, this.context);
		this.tokens = new Tokens(tape, this.context);
		this.values = new Values(tape, this.context);
		this.options = new Options(tape, this.context);
	}

	private static long bits(PiiType... types) {
		long bits = 0;
		for (PiiType type : types) {
			bits |= type.bit();
		}
		return bits;
	}

	void clear() {
		this.position = 0;
		this.counted = 0;
		this.rest = null;
		this.context.clear();
		this.emails.clear();
	}

	void shift(int dropped) {
		this.position -= dropped;
		this.restStart -= dropped;
		this.counted = Math.max(this.counted - dropped, 0);
		this.context.shift(dropped);
		this.emails.shift(dropped);
	}

	int position() {
		return this.position;
	}

	/** Decides as far as what is there allows it. */
	void run() {
		Tape tape = this.tape;
		char[] chars = tape.chars;
		while (this.position < tape.end || tape.last && this.rest != null) {
			Rest rest = this.rest;
			if (rest != null) {
				if (!follow(rest)) {
					return;
				}
				continue;
			}
			int position = this.position;
			char first = chars[position];
			int kind = Chars.kind(first);
			if ((kind & (Chars.LOWER | Chars.UPPER)) != 0) {
				int index = position + 1;
				int hash = Keyword.lower(first);
				int kinds = 0;
				char next = Tape.NONE;
				int nextKind = 0;
				while (index < tape.end) {
					next = chars[index];
					nextKind = Chars.kind(next);
					if ((nextKind & (Chars.LOWER | Chars.UPPER)) == 0) {
						break;
					}
					kinds |= nextKind;
					hash = hash * 31 + Keyword.lower(next);
					index++;
				}
				boolean plain = index < tape.end && (nextKind & Chars.PLAIN) != 0 && index - position < LONG
						&& (index - position != 2 || next != ' ' || !Chars.upper(first));
				if (plain && (kinds & Chars.UPPER) == 0
						&& (!this.context.alive(position) || inProse(position, first))) {
					keyword(hash, position, index);
					this.position = index;
					continue;
				}
				if (!word(position)) {
					return;
				}
			}
			else if ((kind & Chars.DIGIT) != 0) {
				if (!number(position)) {
					return;
				}
			}
			else if ((kind & Chars.SPACE) != 0) {
				this.position++;
			}
			else if (!other(position, first)) {
				return;
			}
		}
	}

	/**
	 * Whether a word in small letters follows on another as no value of a keyword does.
	 */
	private boolean inProse(int position, char first) {
		char before = this.tape.before(position - 2);
		return before >= 'a' && before <= 'z' && before != 's' && before != 't' && before != 'o' && first >= 'a'
				&& first <= 'z' && this.tape.before(position - 1) == ' ' && position > this.context.end(0) + 1;
	}

	private void keyword(int hash, int from, int to) {
		long kinds = Keyword.kinds(hash, this.tape.chars, from, to);
		if (kinds != 0) {
			add(kinds, from, to);
		}
	}

	private void keyword(int from, int to) {
		long kinds = Keyword.kinds(this.tape.chars, from, to);
		if (kinds != 0) {
			add(kinds, from, to);
		}
	}

	private void add(long kinds, int from, int to) {
		if (kinds != Keyword.PHRASE) {
			this.context.add(kinds, from, to);
		}
		else if ((this.context.kinds(0) & Keyword.PASS) != 0 && this.context.end(0) + 1 == from) {
			this.context.add(Keyword.PASSWORD, from, to);
		}
	}

	private boolean word(int position) {
		Tape tape = this.tape;
		tape.decide(position);
		this.find.clear();
		int index = position + 1;
		while (Chars.letter(tape.at(index))) {
			index++;
		}
		char before = tape.before(position - 1);
		boolean boundary = !Chars.word(before);
		char next = tape.at(index);
		if (boundary) {
			if (this.find.wants(PiiType.EMAIL)) {
				this.emails.find(position, this.find);
			}
			if (next == ':' && this.find.wantsAny(PiiType.URL.bit() | PiiType.PASSWORD.bit())) {
				Urls.scheme(tape, position, index, this.find);
			}
			if ((next == '.' || next == '-' || Chars.digit(next)) && this.find.wants(PiiType.URL)) {
				Urls.bare(tape, position, index, this.find);
			}
			this.tokens.find(position, index, this.find);
			if (Chars.digit(next) || index - position >= LONG || this.context.alive(position)) {
				if (this.find.wants(PiiType.VEHICLE_IDENTIFICATION_NUMBER)) {
					this.tokens.vehicle(position, this.find);
				}
			}
			if (Chars.hex(tape.at(position)) && index - position <= 4 && this.find.wantsAny(ADDRESSES)) {
				Addresses.find(tape, position, this.context, this.find);
			}
			said(position);
		}
		if (tape.starved) {
			return false;
		}
		tell();
		if (this.rest == null) {
			parts(position, index);
			this.position = index;
		}
		return true;
	}

	private void said(int position) {
		if (this.context.alive(position)) {
			if (this.find.wantsAny(SAID)) {
				this.tokens.said(position, this.find);
			}
			if (this.find.wantsAny(VALUES)) {
				this.values.find(position, this.find);
			}
		}
	}

	/** The words that an identifier is made of. */
	private void parts(int from, int to) {
		char[] chars = this.tape.chars;
		int before = this.context.end(0);
		keyword(from, to);
		if (this.context.end(0) == to && before != to) {
			return;
		}
		int start = from;
		for (int index = from + 1; index < to; index++) {
			boolean upper = Chars.is(chars[index], Chars.UPPER);
			if (upper && (!Chars.is(chars[index - 1], Chars.UPPER)
					|| index + 1 < to && !Chars.is(chars[index + 1], Chars.UPPER))) {
				keyword(start, index);
				start = index;
			}
		}
		if (start > from) {
			keyword(start, to);
		}
	}

	private boolean number(int position) {
		Tape tape = this.tape;
		tape.decide(position);
		this.find.clear();
		int index = position + 1;
		while (Chars.digit(tape.at(index))) {
			index++;
		}
		if (!Chars.word(tape.before(position - 1))) {
			if (position >= this.counted && this.find.wantsAny(NUMBERS)) {
				this.numbers.find(position, this.counted >= position - 2 && this.counted > 0, this.find);
			}
			int counted = this.find.isEmpty() ? this.counted : this.find.end();
			if (this.find.wantsAny(ADDRESSES)) {
				Addresses.find(tape, position, this.context, this.find);
			}
			if (this.find.wants(PiiType.EMAIL)) {
				this.emails.find(position, this.find);
			}
			if (this.find.wants(PiiType.VEHICLE_IDENTIFICATION_NUMBER)) {
				this.tokens.vehicle(position, this.find);
			}
			if (this.find.wants(PiiType.URL) && Chars.letter(tape.at(index))) {
				Urls.bare(tape, position, index, this.find);
			}
			said(position);
			if (tape.starved) {
				return false;
			}
			this.counted = counted;
		}
		if (tape.starved) {
			return false;
		}
		tell();
		int card = this.find.end(PiiType.CREDIT_DEBIT_CARD_NUMBER);
		if (card > 0) {
			this.context.add(Keyword.CARD, position, card);
		}
		if (this.rest == null) {
			this.position = index;
		}
		return true;
	}

	private boolean other(int position, char first) {
		Tape tape = this.tape;
		tape.decide(position);
		this.find.clear();
		switch (first) {
			case '+', '(', '[', '{' -> {
				if ((first == '+' || first == '(') && this.find.wants(PiiType.PHONE) && position >= this.counted) {
					this.numbers.find(position, this.counted >= position - 2 && this.counted > 0, this.find);
				}
				if (first != '+' && this.find.wants(PiiType.EMAIL)) {
					this.emails.bracket(position, this.find);
				}
			}
			case '-' -> {
				if (this.find.wants(PiiType.PRIVATE_KEY)) {
					PrivateKeys.find(tape, position, this.find);
				}
				if (this.find.wantsAny(VALUES) && tape.before(position - 1) == ' ') {
					this.options.find(position, this.find);
				}
			}
			case ':' -> {
				if (this.find.wants(PiiType.IP_ADDRESS) && tape.at(position + 1) == ':') {
					Addresses.colons(tape, position, this.find);
				}
			}
			case '_' -> {
				if (this.find.wants(PiiType.EMAIL) && !Chars.word(tape.before(position - 1))) {
					this.emails.find(position, this.find);
				}
			}
			default -> {
			}
		}
		int counted = (this.find.isEmpty() || first != '+' && first != '(') ? this.counted : this.find.end();
		if (!Chars.word(tape.before(position - 1)) && this.context.alive(position) && this.find.wantsAny(VALUES)) {
			this.values.find(position, this.find);
		}
		if (tape.starved) {
			return false;
		}
		this.counted = counted;
		tell();
		int word = Keyword.unspaced(tape, position);
		if (word > 0) {
			int from = position + 1 - word;
			this.context.add(Keyword.meaning(tape.before(from)), from, position + 1);
		}
		if (this.rest == null) {
			this.position = position + 1;
		}
		return true;
	}

	private void tell() {
		this.find.tell(this.regions);
		if (this.find.rest != null) {
			this.regions.open(this.find.restCode, this.find.restStart);
			this.rest = this.find.rest;
			this.restStart = this.find.restStart;
			this.position = this.find.restFrom;
		}
	}

	/** Goes through what is known to belong to a find. */
	private boolean follow(Rest rest) {
		while (this.position < this.tape.end || this.tape.last) {
			this.tape.decide(this.position);
			boolean goesOn = rest.goesOn(this.tape, this.restStart, this.position);
			if (this.tape.starved) {
				return false;
			}
			if (!goesOn) {
				this.rest = null;
				this.regions.close(this.position);
				return true;
			}
			this.position++;
		}
		return false;
	}

}
