package dev.sluice.prompt.guardrail.local;

import java.util.Locale;

/** Words that say what stands beside them, each with a bit per meaning. */
final class Keyword {

	static final long PASSWORD = 1L;

	static final long PASS = 1L << 1;

	static final long SECRET = 1L << 2;

	static final long TOKEN = 1L << 3;

	static final long API = 1L << 4;

	static final long KEY = 1L << 5;

	static final long API_KEY = 1L << 6;

	static final long BEARER = 1L << 7;

	static final long BASIC = 1L << 8;

	static final long AWS = 1L << 9;

	static final long USERNAME = 1L << 10;

	static final long USER = 1L << 11;

	static final long NAME = 1L << 12;

	static final long PHONE = 1L << 13;

	static final long CARD = 1L << 14;

	static final long CVV = 1L << 15;

	static final long EXPIRY = 1L << 16;

	static final long SECURITY = 1L << 17;

	static final long CODE = 1L << 18;

	static final long SOCIAL = 1L << 19;

	static final long SSN = 1L << 20;

	static final long ITIN = 1L << 21;

	static final long TAX = 1L << 22;

	static final long SIN = 1L << 23;

	static final long INSURANCE = 1L << 24;

	static final long CANADA = 1L << 25;

	static final long HEALTH = 1L << 26;

	static final long CA_HEALTH = 1L << 27;

	static final long NHS = 1L << 28;

	static final long UTR = 1L << 29;

	static final long UNIQUE = 1L << 30;

	static final long ROUTING = 1L << 31;

	static final long ACCOUNT = 1L << 32;

	static final long BANK = 1L << 33;

	static final long PASSPORT = 1L << 34;

	static final long DRIVER = 1L << 35;

	static final long LICENSE = 1L << 36;

	static final long PLATE = 1L << 37;

	static final long VIN = 1L << 38;

	static final long SWIFT = 1L << 39;

	static final long PIN = 1L << 40;

	static final long AGE = 1L << 41;

	static final long VERSION = 1L << 42;

	static final long ORDER = 1L << 43;

	static final long AUTHORIZATION = 1L << 44;

	static final long DRIVER_ID = 1L << 45;

	static final long NINO = 1L << 46;

	static final long ACCESS = 1L << 47;

	static final long VALID = 1L << 48;

	static final long REGISTRATION = 1L << 49;

	static final long ID = 1L << 50;

	static final long NATIONAL = 1L << 51;

	static final long CALL = 1L << 52;

	static final long DATE = 1L << 53;

	static final long DEVICE = 1L << 54;

	static final long MAC = 1L << 55;

	/** What has an age without being a person. */
	static final long THING = 1L << 56;

	static final long HAVE = 1L << 57;

	/** Programs that take a password as an option. */
	static final long COMMAND = 1L << 58;

	/** After these come a name and a password. */
	static final long PAIR = 1L << 59;

	/** Counts only after "pass". */
	static final long PHRASE = 1L << 60;

	static final long CREDENTIAL = PASSWORD | PASS | SECRET | TOKEN | KEY | API_KEY | BEARER | BASIC;

	/** After these may come what has no digit in front. */
	static final long KEYED = CREDENTIAL | AWS | USERNAME | USER | SWIFT | BANK | PASSPORT | DRIVER | DRIVER_ID
			| LICENSE | PLATE | REGISTRATION | VIN | EXPIRY | CA_HEALTH | HEALTH | NINO | NATIONAL | PAIR;

	private static final int SIZE = 2048;

	private static final String[] WORDS = new String[SIZE];

	private static final long[] KINDS = new long[SIZE];

	static {
		add(PASSWORD, "password passwd passwrd pwd passphrase passcode passwort kennwort contrasena contraseña senha "
				+ "wachtwoord mdp motdepasse pswd psw userpassword dbpassword mypassword userpwd dbpwd rootpassword "
				+ "hasło pw lösenord salasana пароль пароля şifre парола adgangskode passe passord heslo parola kodeord");
		add(THING, "house building company car laptop bug tree bridge church castle wine whisky whiskey rum scotch "
				+ "system software firm startup city town temple mortgage server computer machine bike tradition brand "
				+ "bottle codebase application phone bank school university museum apartment roof boiler");
		add(HAVE, "ai tengo tiene tienes ho tenho tem");
		add(COMMAND,
				"curl mysql mysqldump mysqladmin mariadb sshpass docker podman nerdctl helm az oc cf mongo mongosh "
						+ "mongodump mongorestore mongoexport redis ldapsearch ldapadd ldapmodify ldapwhoami sqlcmd bcp zip unzip");
		add(PAIR, "login logon logins credentials credential creds zugangsdaten anmeldedaten identifiants credenciales "
				+ "credenziali credenciais");
		add(PHRASE, "phrase");
		add(PASS, "pass dbpass userpass mysqlpass smtppass ftppass");
		add(SECRET, "secret clientsecret appsecret secretkey secrets apisecret");
		add(TOKEN, "token accesstoken authtoken refreshtoken apitoken idtoken bearertoken pat sessionid");
		add(API, "api app client consumer service webhook signing encryption");
		add(KEY, "key keys clé schlüssel llave");
		add(API_KEY, "apikey accesskey authkey xapikey appkey sharedkey accountkey masterkey encryptionkey "
				+ "signingkey privatekey sharedaccesskey");
		add(BEARER, "bearer");
		add(BASIC, "basic");
		add(AWS | ACCESS, "aws amazon iam");
		add(ACCESS, "access");
		add(USERNAME, "username userid loginid screenname handle usr benutzername utilisateur usuario gebruikersnaam "
				+ "uname nickname accountname loginname dbuser dbusername");
		add(USER, "user login logon account_name utente nutzer");
		add(NAME, "name");
		add(PHONE,
				"phone telephone tel telefon telefone telefono teléfono téléphone mobile cell cellphone fax whatsapp "
						+ "handy móvil movil celular portable cellulare mob phones numbers rufnummer handynummer telefonnummer "
						+ "landline hotline ph telefoon gsm phonenumber mobilenumber phoneno tél téléphoner телефон телефона "
						+ "puhelin telefonu viber signal telegram sms");
		add(CALL,
				"call text dial ring reach contact anrufen appelez appeler appelle llama llamar llámame llámanos llame ligue "
						+ "chiama chiamami chiamare bel");
		add(CARD, "card cards visa mastercard amex credit debit cc discover maestro cardnumber creditcard diners jcb "
				+ "unionpay ccnum ccnumber kreditkarte karte carte tarjeta pan express");
		add(CVV, "cvv cvc csc cvn cvvcode cardcvv cardcvc");
		add(EXPIRY, "exp expiry expires expiration expiring expire expdate expirydate expirationdate thru gültig "
				+ "caducidad");
		add(DATE, "date");
		add(VALID, "valid good gültig");
		add(SECURITY, "security verification");
		add(CODE, "code value");
		add(SOCIAL, "social");
		add(MAC, "mac macaddress hwaddr ethernet ether");
		add(SSN, "ssn ssns socialsecurity socialsecuritynumber");
		add(ITIN, "itin itins");
		add(TAX, "taxpayer tax tin irs");
		add(SIN, "sin nas");
		add(INSURANCE, "insurance");
		add(CANADA, "canada canadian cra");
		add(HEALTH, "health patient hospital medical ontario medicare healthcard");
		add(CA_HEALTH, "ohip phn ramq hcn healthcardnumber ahcip msp");
		add(NHS, "nhs nhsnumber");
		add(UTR, "utr");
		add(UNIQUE, "unique assessment");
		add(ROUTING, "routing aba rtn transit routingnumber abanumber");
		add(ACCOUNT, "account acct acc accountnumber acctnumber accountno acctno checking bankaccount");
		add(BANK, "bank iban savings deposit wire transfer payment beneficiary banking");
		add(PASSPORT, "passport passportnumber passportno");
		add(DRIVER, "driver drivers driving driverslicense driverlicense");
		add(LICENSE, "license licence licenses permit lic");
		add(DRIVER_ID, "dl dln dlnumber driverslicense driverlicense driverid driverslicence licensenumber "
				+ "licencenumber driverlicence führerschein führerscheinnummer conduire");
		add(PLATE,
				"plate plates licenseplate numberplate licenceplate kennzeichen nummernschild plaque targa matrícula matricula immatriculation");
		add(REGISTRATION, "registration reg vehicle car truck van");
		add(VIN, "vin vins chassis vinnumber");
		add(SWIFT, "swift bic swiftcode biccode");
		add(PIN, "geheimzahl pin pincode pinnumber atmpin");
		add(AGE, "age aged turned turning alter edad âge");
		add(VERSION, "version versions ver release releases build firmware section sections chapter clause upgrade "
				+ "upgraded upgrading downgrade downgraded update updated updating rev revision bump bumped patch "
				+ "patched paragraph § tag driver assembly sdk chrome v fig dotnet changelog python java node php ruby kernel windows ios android firefox edge safari nginx openssl framework plugin appendix figure table runtime");
		add(ORDER, "order orders invoice tracking ref reference isbn sku serial case ticket item part model issue imei "
				+ "issn ean upc gtin doi batch lot transaction confirmation commit hash checksum shipment parcel "
				+ "booking product asin job barcode article orcid iccid timestamp epoch request po");
		add(DEVICE, "imei iccid isbn ean upc gtin timestamp epoch");
		add(AUTHORIZATION, "authorization authentication auth authenticate");
		add(NINO, "nino ni nationalinsurance");
		add(NATIONAL, "national");
		add(ID, "id ident identifier number no nr num");
	}

	/** The same where words are not parted, with the kind of each. */
	private static final String[] UNSPACED = { "密码", "密碼", "パスワード", "비밀번호", "电话", "電話", "手机", "手機", "전화", "手机号", "電話番号",
			"电话号码", "전화번호", "手机号码", "用户名", "ユーザー名" };

	private Keyword() {
	}

	/** The length of such a word that ends there, or 0. */
	static int unspaced(Tape tape, int last) {
		char letter = tape.at(last);
		if (letter < 0x2E80) {
			return 0;
		}
		for (int index = UNSPACED.length - 1; index >= 0; index--) {
			String word = UNSPACED[index];
			int length = word.length();
			if (word.charAt(length - 1) == letter) {
				int place = 1;
				while (place < length && tape.before(last - place) == word.charAt(length - 1 - place)) {
					place++;
				}
				if (place == length) {
					return length;
				}
			}
		}
		return 0;
	}

	/** What such a word means. */
	static long meaning(char first) {
		return switch (first) {
			case '密', 'パ', '비' -> PASSWORD;
			case '用', 'ユ' -> USERNAME;
			default -> PHONE;
		};
	}

	private static void add(long kind, String words) {
		for (String word : words.toLowerCase(Locale.ROOT).split(" ")) {
			int hash = 0;
			for (int index = 0; index < word.length(); index++) {
				hash = hash * 31 + word.charAt(index);
			}
			int place = place(hash);
			while (WORDS[place] != null && !WORDS[place].equals(word)) {
				place = (place + 1) & (SIZE - 1);
			}
			WORDS[place] = word;
			KINDS[place] |= kind;
		}
	}

	private static int place(int hash) {
		return (hash ^ (hash >>> 15)) & (SIZE - 1);
	}

	/**
	 * What the letters from one position to another mean, 0 for most.
	 * @param hash of the letters in lower case, as {@code String} does it
	 */
	static long kinds(int hash, char[] chars, int from, int to) {
		long kinds = known(hash, chars, from, to);
		return (kinds != 0 || to - from < 9 || (chars[to - 1] | 0x20) != 'd') ? kinds : ending(chars, from, to);
	}

	/** Names are made of words: {@code pgpassword} is one for a password, too. */
	private static long ending(char[] chars, int from, int to) {
		return same("password", chars, to - 8, to) ? PASSWORD : 0;
	}

	private static long known(int hash, char[] chars, int from, int to) {
		int place = place(hash);
		String word = WORDS[place];
		while (word != null) {
			if (same(word, chars, from, to)) {
				return KINDS[place];
			}
			place = (place + 1) & (SIZE - 1);
			word = WORDS[place];
		}
		return 0;
	}

	static long kinds(char[] chars, int from, int to) {
		int hash = 0;
		for (int index = from; index < to; index++) {
			hash = hash * 31 + lower(chars[index]);
		}
		return kinds(hash, chars, from, to);
	}

	private static boolean same(String word, char[] chars, int from, int to) {
		if (word.length() != to - from) {
			return false;
		}
		for (int index = from; index < to; index++) {
			if (word.charAt(index - from) != lower(chars[index])) {
				return false;
			}
		}
		return true;
	}

	static char lower(char letter) {
		return (letter < 128) ? ((letter >= 'A' && letter <= 'Z') ? (char) (letter | 0x20) : letter)
				: Character.toLowerCase(letter);
	}

}
