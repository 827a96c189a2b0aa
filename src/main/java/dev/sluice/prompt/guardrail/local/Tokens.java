package dev.sluice.prompt.guardrail.local;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Secrets and numbers with letters, told by how they begin and by their check digits. */
final class Tokens {

	/** How keys of services begin, and how many characters follow at least. */
	private static final String SERVICES = "sk-:16 sk_live_:10 sk_test_:10 rk_live_:10 rk_test_:10 pk_live_:10 pk_test_:10 ghp_:20 gho_:20 "
			+ "ghu_:20 ghs_:20 ghr_:20 github_pat_:20 glpat-:16 gldt-:16 glrt-:16 xoxb-:10 xoxp-:10 xoxa-:10 "
			+ "xoxr-:10 xoxs-:10 xoxe-:10 xapp-:16 AIza:30 ya29.:20 GOCSPX-:16 npm_:30 pypi-:16 hf_:24 gsk_:20 "
			+ "xai-:20 r8_:20 SG.:20 key-:32 dop_v1_:32 doo_v1_:32 shpat_:24 shpss_:24 shpca_:24 shppa_:24 "
			+ "sq0atp-:16 sq0csp-:20 EAAA:40 EAAC:40 whsec_:16 lin_api_:20 ntn_:30 secret_:32 dckr_pat_:20 "
			+ "ATATT3x:20 ATCTT3x:20 glsa_:20 glc_:30 hvs.:20 hvb.:20 figd_:20 PMAK-:20 rubygems_:20 tskey-:16 "
			+ "AGE-SECRET-KEY-1:40 dp.pt.:30 dp.st.:30 NRAK-:20 NRII-:20 sntrys_:20 pul-:30 dapi:32 fo1_:30 "
			+ "FlyV1:20 CFPAT-:30 ABSK:40 pplx-:30 tvly-:20 nvapi-:30 vck_:30 sbp_:30 pat-na1-:20 pat-eu1-:20 "
			+ "AC:32 SK:32 sess-:30 lsv2_pt_:20 r_live_:16 AKCp:30 EZAK:30 EZTK:30";

	/** How much of such a key is looked at. */
	private static final int LONGEST = 56;

	private static final String[] PREFIXES = SERVICES.replaceAll(":[0-9]+", "").split(" ");

	private static final int[] FOLLOWING = Stream.of(SERVICES.replaceAll("\\S+:", "").split(" "))
		.mapToInt(Integer::parseInt)
		.toArray();

	/** Bits of the first characters of the prefixes, for letters from @ on. */
	private static final long FIRST = Stream.of(PREFIXES)
		.mapToLong((prefix) -> 1L << (prefix.charAt(0) - '@'))
		.reduce(0, (one, other) -> one | other);

	/** Which prefixes begin with a character, by its last six bits. */
	private static final int[][] BY_FIRST = IntStream.range(0, 64)
		.mapToObj((first) -> IntStream.range(0, PREFIXES.length)
			.filter((prefix) -> (PREFIXES[prefix].charAt(0) & 63) == first)
			.toArray())
		.toArray(int[][]::new);

	/** Country codes with the length of their account numbers. */
	private static final String IBAN = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28"
			+ "EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
			+ "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24"
			+ "SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

	private static final String COUNTRIES = "ADAEAFAGAIALAMAOARATAUAZBABBBDBEBFBGBHBIBJBMBNBOBRBSBWBYBZCACDCFCGCHCICLCMCNCO"
			+ "CRCUCVCYCZDEDJDKDMDODZECEEEGESETFIFJFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGWGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJO"
			+ "JPKEKGKHKMKNKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMNMOMQMRMTMUMVMWMXMYMZNANCNENGNINLNONPNZOMPAPEPFPG"
			+ "PHPKPLPRPSPTPYQARERORSRURWSASBSCSDSESGSISKSLSMSNSOSRSTSVSYSZTCTDTGTHTJTLTMTNTOTRTTTWTZUAUGUSUYUZVCVEVGVNVUWS"
			+ "XKYEYTZAZMZWRS";

	private static final long LICENSED = Keyword.DRIVER | Keyword.DRIVER_ID;

	private final Tape tape;

	private final Context context;

	private final char[] letters = new char[64];

	Tokens(Tape tape, Context context) {
		this.tape = tape;
		this.context = context;
	}

	/**
	 * At the first letter of a word that is followed by a digit or by punctuation, or is
	 * long.
	 */
	void find(int position, int wordEnd, Find find) {
		char first = this.tape.at(position);
		char before = this.tape.before(position - 1);
		if (first == 'e' && find.wants(PiiType.JWT)) {
			jwt(position, find);
		}
		if (first < 128 && (FIRST >>> (first - '@') & 1) != 0 && find.wants(PiiType.API_KEY) && before != '-') {
			service(position, find);
		}
		if (first == 'A' && find.wants(PiiType.AWS_ACCESS_KEY)) {
			accessKey(position, find);
		}
		if (find.wants(PiiType.INTERNATIONAL_BANK_ACCOUNT_NUMBER) && wordEnd == position + 2
				&& Chars.digit(this.tape.at(wordEnd))) {
			iban(position, find);
		}
		if (find.wants(PiiType.UK_NATIONAL_INSURANCE_NUMBER) && wordEnd == position + 2) {
			nationalInsurance(position, wordEnd, find);
		}
	}

	/** What may begin with a letter or a digit. */
	void vehicle(int position, Find find) {
		int end = position;
		boolean digit = false;
		boolean letter = false;
		char c = this.tape.at(end);
		while (end < position + 18 && Chars.word(c)) {
			char upper = (c >= 'a' && c <= 'z') ? (char) (c - 32) : c;
			if (upper >= 128 || upper == 'I' || upper == 'O' || upper == 'Q' || end == position + 17) {
				return;
			}
			digit |= Chars.digit(upper);
			letter |= !Chars.digit(upper);
			this.letters[end - position] = upper;
			c = this.tape.at(++end);
		}
		if (end != position + 17 || !digit || !letter || c == '_' || c == '-' && Chars.word(this.tape.at(end + 1))) {
			return;
		}
		boolean said = (this.context.near(position, 40) & Keyword.VIN) != 0;
		boolean american = this.letters[0] >= '1' && this.letters[0] <= '5';
		boolean checked = Checks.vin(this.letters);
		if (said && (checked || !american) || checked && american && upperCase(position, end)) {
			find.add(PiiType.VEHICLE_IDENTIFICATION_NUMBER, position, end);
		}
	}

	private boolean upperCase(int from, int to) {
		for (int index = from; index < to; index++) {
			if (this.tape.at(index) >= 'a') {
				return false;
			}
		}
		return true;
	}

	private void jwt(int position, Find find) {
		if (this.tape.at(position + 1) != 'y' || this.tape.at(position + 2) != 'J') {
			return;
		}
		int index = position + 3;
		while (Chars.token(this.tape.at(index))) {
			index++;
		}
		boolean endless = this.tape.at(index) == Tape.NONE && index - position >= this.tape.holdBack;
		if (index - position >= 12 && (endless || this.tape.at(index) == '.' && Chars.token(this.tape.at(index + 1)))) {
			find.open(PiiType.JWT, position, index, Rest.TOKEN);
		}
	}

	private void service(int position, Find find) {
		if (Chars.word(this.tape.before(position - 1)) || this.tape.before(position - 1) == '_') {
			return;
		}
		for (int prefix : BY_FIRST[this.tape.at(position) & 63]) {
			if (starts(position, PREFIXES[prefix])) {
				int from = position + PREFIXES[prefix].length();
				int index = from;
				boolean digit = false;
				boolean upper = false;
				boolean hex = true;
				while (index < from + LONGEST && (Chars.token(this.tape.at(index))
						|| this.tape.at(index) == '.' && index > from && Chars.word(this.tape.at(index + 1)))) {
					digit |= Chars.digit(this.tape.at(index));
					upper |= Chars.upper(this.tape.at(index));
					hex &= Chars.hex(this.tape.at(index));
					index++;
				}
				boolean twilio = PREFIXES[prefix].length() == 2;
				int length = index - from;
				if (length >= FOLLOWING[prefix] && (digit || upper) && (!twilio || hex && length == 32)) {
					find.open(PiiType.API_KEY, position, index, Rest.TOKEN);
					return;
				}
			}
		}
	}

	private void accessKey(int position, Find find) {
		if (!starts(position, "AKIA") && !starts(position, "ASIA") && !starts(position, "ABIA")
				&& !starts(position, "ACCA")) {
			return;
		}
		int index = position + 4;
		while (index < position + 21 && (Chars.upper(this.tape.at(index)) || Chars.digit(this.tape.at(index)))) {
			index++;
		}
		if (index == position + 20 && !Chars.token(this.tape.at(index))) {
			find.add(PiiType.AWS_ACCESS_KEY, position, index);
		}
	}

	private void iban(int position, Find find) {
		char one = upper(this.tape.at(position));
		char two = upper(this.tape.at(position + 1));
		int length = length(one, two);
		if (length == 0) {
			return;
		}
		int count = 0;
		int index = position;
		int group = 0;
		char separator = Tape.NONE;
		while (count < length) {
			char c = this.tape.at(index);
			if (Chars.digit(c) || Chars.latin(c)) {
				if (count == 2 && !Chars.digit(c) || count == 3 && !Chars.digit(c)) {
					return;
				}
				this.letters[count++] = upper(c);
				group++;
				index++;
			}
			else if ((c == ' ' || c == '-' || c == '\u00a0' || c == '.') && group > 1
					&& (separator == Tape.NONE || separator == c)) {
				separator = c;
				group = 0;
				index++;
			}
			else {
				return;
			}
		}
		char next = this.tape.at(index);
		if (!Chars.word(next) && Checks.iban(this.letters, length)) {
			find.add(PiiType.INTERNATIONAL_BANK_ACCOUNT_NUMBER, position, index);
		}
	}

	private static int length(char one, char two) {
		for (int index = 0; index < IBAN.length(); index += 4) {
			if (IBAN.charAt(index) == one && IBAN.charAt(index + 1) == two) {
				return (IBAN.charAt(index + 2) - '0') * 10 + IBAN.charAt(index + 3) - '0';
			}
		}
		return 0;
	}

	private static char upper(char c) {
		return (c >= 'a' && c <= 'z') ? (char) (c - 32) : c;
	}

	private void nationalInsurance(int position, int wordEnd, Find find) {
		char one = upper(this.tape.at(position));
		char two = upper(this.tape.at(position + 1));
		boolean upper = Chars.upper(this.tape.at(position)) && Chars.upper(this.tape.at(position + 1));
		boolean said = (this.context.near(position, 40) & (Keyword.NINO | Keyword.NATIONAL)) != 0;
		boolean given = "DFIQUV".indexOf(one) < 0 && "DFIOQUV".indexOf(two) < 0 && Chars.latin(one) && Chars.latin(two);
		if (!said && (!upper || !given)) {
			return;
		}
		int index = wordEnd;
		int digits = 0;
		while (digits < 6) {
			char c = this.tape.at(index);
			if (Chars.digit(c)) {
				digits++;
			}
			else if (c != ' ' && c != '-' || digits % 2 != 0 || !Chars.digit(this.tape.at(index + 1))) {
				return;
			}
			index++;
		}
		index += (this.tape.at(index) == ' ' || this.tape.at(index) == '-') ? 1 : 0;
		char suffix = upper(this.tape.at(index));
		if (suffix < 'A' || suffix > 'D' || Chars.word(this.tape.at(index + 1))
				|| upper && this.tape.at(index) >= 'a') {
			return;
		}
		String prefix = "" + one + two;
		if (!"BG GB KN NK NT TN ZZ".contains(prefix)) {
			find.add(PiiType.UK_NATIONAL_INSURANCE_NUMBER, position, index + 1);
		}
	}

	/** Values that only the words before them tell. */
	void said(int position, Find find) {
		long near = this.context.near(position, 40);
		if ((near & (Keyword.SWIFT | Keyword.BANK)) != 0 && find.wants(PiiType.SWIFT_CODE)) {
			swift(position, (near & Keyword.SWIFT) != 0, find);
		}
		if ((near & Keyword.PASSPORT) != 0 && find.wants(PiiType.US_PASSPORT_NUMBER)) {
			passport(position, find);
		}
		boolean driving = (near & Keyword.DRIVER_ID) != 0
				|| (near & (Keyword.DRIVER | Keyword.LICENSE)) == (Keyword.DRIVER | Keyword.LICENSE)
				|| (near & Keyword.LICENSE) != 0 && (near & Keyword.ID) != 0 && (near & Keyword.PLATE) == 0;
		if (driving && find.wants(PiiType.DRIVER_ID) && beside(Keyword.LICENSE | LICENSED, position, 28)) {
			driver(position, find);
		}
		if ((near & (Keyword.PLATE | Keyword.REGISTRATION)) != 0 && find.wants(PiiType.LICENSE_PLATE)) {
			plate(position, (near & Keyword.PLATE) != 0, find);
		}
		if ((near & Keyword.CA_HEALTH) != 0
				|| (near & (Keyword.HEALTH | Keyword.CARD)) == (Keyword.HEALTH | Keyword.CARD)) {
			quebec(position, find);
		}
		if ((near & Keyword.EXPIRY) != 0 && find.wants(PiiType.CREDIT_DEBIT_CARD_EXPIRY)) {
			month(position, find);
		}
	}

	private boolean beside(long kind, int position, int distance) {
		int back = this.context.last(kind, 0);
		return back >= 0 && this.context.end(back) + distance >= position;
	}

	private void swift(int position, boolean said, Find find) {
		int index = position;
		boolean digit = false;
		while (index < position + 12 && Chars.word(this.tape.at(index))) {
			char c = this.tape.at(index);
			if (c >= 'a' && !(said && c <= 'z') || index < position + 6 && !Chars.latin(c)) {
				return;
			}
			digit |= Chars.digit(c);
			index++;
		}
		int length = index - position;
		if (length != 8 && length != 11) {
			return;
		}
		boolean lower = this.tape.at(position) >= 'a';
		char one = upper(this.tape.at(position + 4));
		char two = upper(this.tape.at(position + 5));
		for (int country = 0; country < COUNTRIES.length(); country += 2) {
			if (COUNTRIES.charAt(country) == one && COUNTRIES.charAt(country + 1) == two) {
				if (said && (!lower || named(position)) || digit && !lower) {
					find.add(PiiType.SWIFT_CODE, position, index);
				}
				return;
			}
		}
	}

	/** Whether nothing but punctuation parts it from its name. */
	private boolean named(int position) {
		for (int index = this.context.end(this.context.last(Keyword.SWIFT, 0)); index < position; index++) {
			if (Chars.word(this.tape.before(index))) {
				return false;
			}
		}
		return true;
	}

	private void passport(int position, Find find) {
		int index = position;
		index += Chars.upper(this.tape.at(index)) ? 1 : 0;
		int start = index;
		while (index < start + 10 && Chars.digit(this.tape.at(index))) {
			index++;
		}
		int digits = index - start;
		boolean letter = start > position;
		if ((digits == 9 && !letter || digits == 8 && letter) && !Chars.word(this.tape.at(index))
				&& this.tape.at(index) != '-') {
			find.add(PiiType.US_PASSPORT_NUMBER, position, index);
		}
	}

	private void driver(int position, Find find) {
		int index = position;
		int digits = 0;
		int count = 0;
		int group = 0;
		while (index < position + 26) {
			char c = this.tape.at(index);
			if (Chars.digit(c)) {
				digits++;
				count++;
				group++;
			}
			else if (Chars.upper(c) || c >= 'a' && c <= 'z' && digits > 0 && group > 0) {
				count++;
				group++;
			}
			else if ((c == '-' || c == ' ' || c == '*') && group > 0 && Chars.digit(this.tape.at(index + 1))) {
				group = 0;
			}
			else if (c == '-' && group > 0 && Chars.upper(this.tape.at(index + 1))) {
				group = 0;
			}
			else {
				break;
			}
			index++;
		}
		if (digits >= 4 && count >= 6 && count <= 18 && !Chars.word(this.tape.at(index))
				&& this.tape.at(index) != '@') {
			find.add(PiiType.DRIVER_ID, position, index);
		}
	}

	private void plate(int position, boolean said, Find find) {
		if (!beside(Keyword.PLATE | Keyword.REGISTRATION, position, said ? 28 : 20)) {
			return;
		}
		int index = position;
		int end = -1;
		int digits = 0;
		int letters = 0;
		int groups = 1;
		while (index < position + 12) {
			char c = this.tape.at(index);
			if (Chars.digit(c)) {
				digits++;
			}
			else if (Chars.upper(c) || c == 'Ä' || c == 'Ö' || c == 'Ü') {
				letters++;
			}
			else {
				if (digits > 0 && letters > 0) {
					end = Chars.word(c) ? end : index;
				}
				char next = this.tape.at(index + 1);
				if (c != ' ' && c != '-' && c != '·' || groups++ == 4 || !Chars.digit(next) && !Chars.upper(next)) {
					break;
				}
			}
			index++;
		}
		int count = digits + letters;
		if (end > 0 && count >= 4 && count <= 9 && digits > 0 && letters > 0 && letters < 7) {
			find.add(PiiType.LICENSE_PLATE, position, end);
		}
	}

	/** Quebec's health number begins with four letters of the name. */
	private void quebec(int position, Find find) {
		int index = position;
		for (int letter = 0; letter < 4; letter++) {
			if (!Chars.upper(this.tape.at(index++))) {
				return;
			}
		}
		int digits = 0;
		while (digits < 8) {
			char c = this.tape.at(index);
			if (Chars.digit(c)) {
				digits++;
			}
			else if (c != ' ' && c != '-' || digits % 4 != 0 || !Chars.digit(this.tape.at(index + 1))) {
				return;
			}
			index++;
		}
		if (!Chars.word(this.tape.at(index))) {
			find.add(PiiType.CA_HEALTH_NUMBER, position, index);
		}
	}

	/** Such as Dec 2027. */
	private void month(int position, Find find) {
		int months = "janfebmaraprmayjunjulaugsepoctnovdec".indexOf("" + Keyword.lower(this.tape.at(position))
				+ Keyword.lower(this.tape.at(position + 1)) + Keyword.lower(this.tape.at(position + 2)));
		if (months < 0 || months % 3 != 0 || !beside(Keyword.EXPIRY, position, 16)
				|| (this.context.near(position, Context.REACH) & (Keyword.CARD | Keyword.CVV)) == 0) {
			return;
		}
		int index = position + 3;
		while (index < position + 10 && Chars.latin(this.tape.at(index))) {
			index++;
		}
		index += (this.tape.at(index) == '.') ? 1 : 0;
		index += (this.tape.at(index) == ' ' || this.tape.at(index) == '-') ? 1 : 0;
		int start = index;
		while (index < start + 5 && Chars.digit(this.tape.at(index))) {
			index++;
		}
		if (index - start == 2 || index - start == 4) {
			find.add(PiiType.CREDIT_DEBIT_CARD_EXPIRY, position, index);
		}
	}

	private boolean starts(int position, String prefix) {
		for (int index = 0; index < prefix.length(); index++) {
			if (this.tape.at(position + index) != prefix.charAt(index)) {
				return false;
			}
		}
		return true;
	}

}
