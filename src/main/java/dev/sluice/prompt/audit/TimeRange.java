package dev.sluice.prompt.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

import dev.sluice.prompt.terms.PromptException;
import org.jspecify.annotations.Nullable;

/**
 * A range of time.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record TimeRange(Instant from, Instant to) {

	/** Before it there are no records, and after the other no digits for a year. */
	static final Instant EARLIEST = Instant.EPOCH;

	private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

	public TimeRange {
		if (!from.isBefore(to)) {
			throw PromptException.invalid("from", "must be before to");
		}
	}

	/**
	 * Reads a point in time or, as a date in UTC, the beginning of that day.
	 * @param field what the value is called
	 * @throws PromptException if it is neither
	 */
	public static Instant from(String field, @Nullable String value, Instant absent) {
		return read(field, value, absent, 0);
	}

	/** As {@link #from}, but a date is the end of that day. */
	public static Instant to(String field, @Nullable String value, Instant absent) {
		return read(field, value, absent, 1);
	}

	private static Instant read(String field, @Nullable String value, Instant absent, int days) {
		if (value == null) {
			return absent;
		}
		try {
			Instant read = (value.indexOf('T') < 0)
					? LocalDate.parse(value).plusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant()
					: Instant.parse(value);
			if (!read.isBefore(EARLIEST) && !read.isAfter(LATEST)) {
				return read;
			}
		}
		catch (DateTimeException _) {
			// It is told below.
		}
		throw PromptException.invalid(field,
				"must be a date or a time such as 2026-11-22 or 2026-11-22T10:00:00Z, from 1970 on");
	}

}
