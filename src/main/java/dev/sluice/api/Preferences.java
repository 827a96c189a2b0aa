package dev.sluice.api;

import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;

import dev.sluice.orchestration.generation.GenerationProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a caller prefers, by <a href="https://www.rfc-editor.org/rfc/rfc7240">RFC
 * 7240</a>. Preferences that are unknown or malformed are ignored, and of two that say
 * the same the first counts, as the RFC wants it.
 *
 * @param patience how long the caller would wait for the answer, at most five minutes
 */
public record Preferences(boolean respondAsync, @Nullable Duration patience) {

	/** The preferences of all {@code Prefer} headers of a request. */
	public static Preferences of(@Nullable Enumeration<String> headers) {
		boolean async = false;
		Duration wait = null;
		for (String header : Collections.list((headers != null) ? headers : Collections.emptyEnumeration())) {
			for (String preference : header.split(",")) {
				String[] parts = preference.split(";", 2)[0].split("=", 2);
				String name = parts[0].strip().toLowerCase(Locale.ROOT);
				if (name.equals("respond-async")) {
					async = true;
				}
				else if (name.equals("wait") && wait == null && parts.length == 2) {
					wait = seconds(parts[1].strip());
				}
			}
		}
		return new Preferences(async, wait);
	}

	/** The value of {@code Preference-Applied}. */
	public String applied() {
		return (this.patience != null) ? "respond-async, wait=" + this.patience.toSeconds() : "respond-async";
	}

	private static @Nullable Duration seconds(String text) {
		String digits = (text.length() > 1 && text.startsWith("\"") && text.endsWith("\""))
				? text.substring(1, text.length() - 1) : text;
		if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		Duration wait = Duration.ofSeconds(Long.parseLong(digits));
		return (wait.compareTo(GenerationProperties.LONGEST_WAIT) < 0) ? wait : GenerationProperties.LONGEST_WAIT;
	}

}
