package dev.sluice.prompt.guardrail.local;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** However a text is cut, the same is found in it, and nothing of that gets through. */
class RandomCutsTests {

	private static final int CUTS = 10_000;

	private static final List<String> PROSE = List.of("Hello world, how are you?", "The order was sent on Monday.",
			"Please call me back,", "it's 10:30 on 2024-05-17", "see section 4.2.1 of the manual",
			"a, b and c (see below)", "Grüße aus Köln 👋🏽", "日本語のテキスト。", "e = mc², 3.14159 × 2",
			"class Foo { String password; }", "\n\n- one\n- two\n", "😀😀😀", "int x = a[3] + b[4];",
			"https is a protocol: yes", "The pass rate was 93 %", "…", "Straße 12, 10115", "\t", "e-mail me at noon",
			"+ 12 - 5 (7)", "user@", "@home", "http://", "::", "-----BEGIN", "eyJ", "sk-");

	/** A secret, which must not get through whole, beside what announces it. */
	private static final List<String[]> SECRETS = List.of(secret("", "john.doe+tag@mail.example.co.uk"),
			secret("write to ", "jörg@bücher.example"), secret("card ", "4111 1111 1111 1111"),
			secret("", "5555-5555-5555-4444"), secret("", "378282246310005"), secret("call ", "(212) 555-1234"),
			secret("", "+44 20 7946 0958"), secret("Tel. ", "0171 1234567"), secret("", "123-45-6789"),
			secret("IBAN ", "DE89 3704 0044 0532 0130 00"), secret("", "GB29NWBK60161331926819"),
			secret("password: ", "hunter2"), secret("\"password\": \"", "s3cr3t!x"), secret("DB_PASSWORD=", "changeme"),
			secret("my password is ", "hunter22"), secret("", "AKIAIOSFODNN7EXAMPLE"),
			secret("aws_secret_access_key = ", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
			secret("Authorization: Bearer ", "abcdef123456789012345"),
			secret("", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
			secret("",
					"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0T"),
			secret("", "eyJ" + "abcdefghij0123456789".repeat(40) + "." + "XYZ_-123".repeat(60) + ".sig"),
			secret("", "https://example.com/" + "a/b.c?d=e&".repeat(100) + "z"),
			secret("key ", "sk-proj-" + "a1B2c3D4e5".repeat(50)),
			secret("",
					"-----BEGIN RSA PRIVATE KEY-----\n"
							+ "MIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ+/\n".repeat(25)
							+ "abc=\n-----END RSA PRIVATE KEY-----"),
			secret("", "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----"),
			secret("", "192.168.10.20"), secret("", "2001:db8::ff00:42:8329"), secret("", "00:1A:2B:3C:4D:5E"),
			secret("VIN ", "1M8GDM9AXKP042788"), secret("NHS number ", "943 476 5919"), secret("SIN ", "046 454 286"),
			secret("routing number ", "021000021"), secret("account number ", "123456789012"),
			secret("passport number ", "C01234567"), secret("driver's license ", "D1234567"),
			secret("license plate ", "ABC-1234"), secret("SWIFT ", "DEUTDEFF500"), secret("", "AB 12 34 56 C"),
			secret("PIN ", "1234"), secret("CVV: ", "123"), secret("card expires ", "12/27"),
			secret("I am ", "42 years old"), secret("username: ", "jdoe42"), secret("UTR ", "1234567890"),
			secret("password=", "x9".repeat(400)), secret("", "EMP-123456"), secret("such a ", "bad"),
			secret("such a ", "b.a.d"), secret("such a ", "bа\u200bd"), secret("a ", "very bad word"),
			secret("", "postgres://admin:s3cr3tPw@db.internal:5432/app"));

	private final LocalDetector detector = LocalDetector.of(new LocalRules(EnumSet.allOf(PiiType.class),
			List.of(new NamedPattern("EMPLOYEE", "\\bEMP-\\d{4,8}\\b", 16)), List.of("bad", "very bad word", "плохо")),
			256);

	/** The same without what needs a constant hold-back. */
	private final LocalDetector plain = LocalDetector.of(LocalRules.everyPii(), 64);

	private static String[] secret(String before, String secret) {
		return new String[] { before, secret };
	}

	@Test
	void everyCutFindsTheSame() {
		long seed = Long.getLong("cuts.seed", System.nanoTime());
		RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
		for (int round = 0; round < CUTS; round++) {
			String text = text(random);
			LocalDetector detector = (round % 3 == 0) ? this.plain : this.detector;
			List<Span> whole = detector.find(text);

			Heard heard = new Heard();
			Scan scan = detector.scan();
			int most = 1 + random.nextInt((round % 2 == 0) ? 8 : 300);
			int at = 0;
			while (at < text.length()) {
				int to = Math.min(text.length(), at + 1 + random.nextInt(most));
				scan.accept(text.substring(at, to), heard);
				at = to;
				assertThat(scan.held()).as("seed %d, round %d: held", seed, round).isBetween(0, detector.holdBack());
			}
			scan.finish(heard);

			assertThat(heard.masked.toString()).as("seed %d, round %d: %s", seed, round, text)
				.isEqualTo(masked(text, whole));
			assertThat(scan.held()).isZero();
			assertThat(heard.broken).as("seed %d, round %d: half a character", seed, round).isFalse();
		}
	}

	@Test
	void noSecretGetsThrough() {
		for (String[] secret : SECRETS) {
			for (String after : List.of("", " and more", "\nnext", ", then", ". Then", "\" x")) {
				String text = "First. " + secret[0] + secret[1] + after;
				for (int piece = 1; piece < 9; piece++) {
					Heard heard = new Heard();
					Scan scan = this.detector.scan();
					for (int at = 0; at < text.length(); at += piece) {
						scan.accept(text.substring(at, Math.min(text.length(), at + piece)), heard);
					}
					scan.finish(heard);

					String password = secret[1].startsWith("postgres") ? "s3cr3tPw" : secret[1];
					assertThat(heard.plain.toString()).as(text).doesNotContain(password);
					if (password.length() > 30) {
						assertThat(heard.plain.toString()).as(text)
							.doesNotContain(password.substring(0, 20))
							.doesNotContain(password.substring(password.length() - 12));
					}
				}
			}
		}
	}

	@Test
	void proseIsHeldNoFurtherThanItsLastWord() {
		Scan scan = this.plain.scan();
		Heard heard = new Heard();
		scan.accept("Hello world, how are", heard);

		assertThat(heard.masked).hasToString("Hello world, how ");
		assertThat(scan.held()).isEqualTo(3);
	}

	private static String text(RandomGenerator random) {
		StringBuilder text = new StringBuilder();
		int parts = 1 + random.nextInt(7);
		for (int part = 0; part < parts; part++) {
			switch (random.nextInt(8)) {
				case 0, 1, 2 -> text.append(PROSE.get(random.nextInt(PROSE.size())));
				case 3, 4, 5 -> {
					String[] secret = SECRETS.get(random.nextInt(SECRETS.size()));
					String value = secret[1];
					if (random.nextInt(3) == 0) {
						value = near(value, random);
					}
					text.append(secret[0]).append(value);
				}
				case 6 -> noise(text, random);
				default -> text.append("abcdefghij".repeat(1 + random.nextInt(60)));
			}
			text.append(List.of(" ", "", ", ", "\n", ". ", "; ", "\"", ")", "-", "/").get(random.nextInt(10)));
		}
		return text.toString();
	}

	/** Almost the same: a character more, less or another. */
	private static String near(String value, RandomGenerator random) {
		int at = random.nextInt(value.length());
		String other = List.of("7", "x", "-", ".", " ", "@", ":", "").get(random.nextInt(8));
		return value.substring(0, at) + other + value.substring(at + random.nextInt(2));
	}

	private static void noise(StringBuilder text, RandomGenerator random) {
		String alphabet = "abcXYZ0123456789 .-_@:/+=()[]'\"\\<>,;\n\u00a0\u200bäЖ漢";
		int length = random.nextInt(40);
		for (int index = 0; index < length; index++) {
			text.append(alphabet.charAt(random.nextInt(alphabet.length())));
		}
	}

	private String masked(String text, List<Span> spans) {
		StringBuilder masked = new StringBuilder();
		int at = 0;
		for (Span span : spans) {
			assertThat(span.start()).isGreaterThanOrEqualTo(at);
			assertThat(span.end()).isGreaterThan(span.start());
			masked.append(text, at, span.start()).append('{').append(span.type()).append('}');
			at = span.end();
		}
		return masked.append(text, at, text.length()).toString();
	}

	private static final class Heard implements Scan.Sink {

		private final StringBuilder masked = new StringBuilder();

		private final StringBuilder plain = new StringBuilder();

		private final List<String> found = new ArrayList<>();

		private boolean broken;

		@Override
		public void text(CharSequence text, int start, int end) {
			this.masked.append(text, start, end);
			this.plain.append(text, start, end);
			this.broken |= Character.isHighSurrogate(text.charAt(end - 1))
					|| Character.isLowSurrogate(text.charAt(start));
		}

		@Override
		public void found(String type, CharSequence raw) {
			this.masked.append('{').append(type).append('}');
			this.plain.append('\u0000');
			this.found.add(raw.toString());
		}

	}

}
